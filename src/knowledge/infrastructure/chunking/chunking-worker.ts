import { serveTasks } from '../../../platform/text/serve-tasks.js';
import { runChunkingTask } from './chunking-task.js';

serveTasks(runChunkingTask);
