import { summaryWorkerFeature } from './features.js';
import { start } from './start.js';
import { startWorkerProcess } from './start-worker.js';

await start((composition) => startWorkerProcess(composition, 'summary-worker', summaryWorkerFeature()));
