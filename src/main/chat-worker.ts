import { chatWorkerFeature } from './features.js';
import { start } from './start.js';
import { startWorker } from './start-worker.js';

await start(async (composition) => [await startWorker(composition, 'chat-worker', chatWorkerFeature())]);
