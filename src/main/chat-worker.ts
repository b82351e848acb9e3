import { warmUp } from '../platform/text/warm-up.js';
import { chatWorkerFeature } from './worker-features.js';
import { start } from './start.js';
import { startWorkerProcess } from './start-worker.js';

warmUp();
await start((composition) => startWorkerProcess(composition, 'chat-worker', chatWorkerFeature()));
