import { warmUp } from '../platform/text/warm-up.js';
import { summaryWorkerFeature } from './worker-features.js';
import { start } from './start.js';
import { startWorkerProcess } from './start-worker.js';

warmUp();
await start((composition) => startWorkerProcess(composition, 'summary-worker', summaryWorkerFeature()));
