import { serveTasks } from '../../text/serve-tasks.js';
import { LocalModelTasks } from './local-model-tasks.js';

const tasks = new LocalModelTasks();
serveTasks(
  (task: Parameters<LocalModelTasks['run']>[0]) => tasks.run(task),
  ({ values }) => [values.buffer as ArrayBuffer],
);
