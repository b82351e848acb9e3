import { start } from './start.js';
import { startApi } from './start-api.js';

await start(async (composition) => [await startApi(composition)], { serves: true });
