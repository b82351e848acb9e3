import { ChatWorkerModule } from '../chat/chat-worker.module.js';
import { KnowledgeWorkerModule } from '../knowledge/knowledge-worker.module.js';
import { start } from './start.js';
import { startApi } from './start-api.js';
import { startWorker } from './start-worker.js';
import { SummaryWorkerModule } from '../summary/summary-worker.module.js';
import { welcome } from './welcome.js';

await start(async (composition) => {
  const workers = [
    await startWorker(composition, 'knowledge-worker', KnowledgeWorkerModule),
    await startWorker(composition, 'summary-worker', SummaryWorkerModule),
    await startWorker(composition, 'chat-worker', ChatWorkerModule),
  ];
  // Last up, first to lose its workers: answers in progress drain while the API still relays them.
  const api = await startApi(composition);
  welcome(composition, api.url);
  return [...workers, api];
});
