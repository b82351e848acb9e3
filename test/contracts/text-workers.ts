import { pathToFileURL } from 'node:url';
import { TextWorkerPool } from '../../src/platform/text/text-worker-pool.js';

/** The compiled entry of the threads; `npm test` builds it first. */
export const compiledTextWorker = pathToFileURL('dist/platform/text/text-worker.js');

/** Sources run without compiled threads beside them; both ways must answer the same. */
export const textWorkerPools: [string, () => TextWorkerPool][] = [
  ['in threads', () => new TextWorkerPool(compiledTextWorker)],
  ['in process', () => new TextWorkerPool()],
];
