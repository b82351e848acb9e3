import { parentPort, workerData } from 'node:worker_threads';
import { outOfMemorySignal } from './extraction-protocol.js';

/**
 * A thread beside the parser, which may be deep in a loop that never comes back: ends the process when its parent is
 * gone, and when it holds more memory than it may. Resident memory is that of the whole process, WASM's included,
 * which V8's own limit does not count.
 */
const { parentPid, maxRssBytes } = workerData as { parentPid: number; maxRssBytes: number };
/** A file of 300 KB makes PDFium take some 500 MB a second: it gets 25 MB beyond its limit. */
const intervalMs = 50;

setInterval(() => {
  if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
  if (process.memoryUsage.rss() > maxRssBytes) process.kill(process.pid, outOfMemorySignal);
}, intervalMs);

parentPort?.unref();
