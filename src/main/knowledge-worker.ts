import { knowledgeWorkerFeature } from './worker-features.js';
import { start } from './start.js';
import { startWorkerProcess } from './start-worker.js';

await start((composition) => startWorkerProcess(composition, 'knowledge-worker', knowledgeWorkerFeature()));
