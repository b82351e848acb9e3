import { chatWorkerFeature, knowledgeWorkerFeature, summaryWorkerFeature } from './worker-features.js';
import type { Composition } from './platform.module.js';
import { start, type Running } from './start.js';
import { startApi } from './start-api.js';
import { startWorker } from './start-worker.js';
import { welcome } from './welcome.js';

const parts = async (composition: Composition): Promise<Running[]> => {
  const workers = [
    await startWorker(composition, 'knowledge-worker', knowledgeWorkerFeature()),
    await startWorker(composition, 'summary-worker', summaryWorkerFeature()),
    await startWorker(composition, 'chat-worker', chatWorkerFeature()),
  ];
  // Last up, and last down: answers in progress drain while the API still relays them.
  const api = await startApi(composition);
  welcome(composition, api.url);
  return [together(workers), api];
};

/** Each may take its whole grace; what stops us by force, as Docker does after 10 s, does not wait for their sum. */
const together = (workers: Running[]): Running => ({
  async close() {
    await Promise.all(workers.map((worker) => worker.close()));
  },
});

await start(parts, { serves: true });
