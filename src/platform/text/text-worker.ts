import { serveTasks } from './serve-tasks.js';
import { runTextTask } from './text-tasks.js';

serveTasks(runTextTask, (result) => (result.kind === 'vectors' ? [result.values.buffer as ArrayBuffer] : []));
