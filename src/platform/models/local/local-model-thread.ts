import { WorkerPool } from '../../text/worker-pool.js';
import { LocalModelTasks, type LocalModelResult, type LocalModelTask } from './local-model-tasks.js';

export type RunLocalModel = (task: LocalModelTask, signal?: AbortSignal) => Promise<LocalModelResult>;

let thread: WorkerPool<LocalModelTask, LocalModelResult> | undefined;

/**
 * One thread for all local models of this process, whichever of its Nest instances asks: the runtime computes in the thread
 * that calls it, on as many cores as it likes, and a model is large. Idle, it does not keep the process alive.
 */
export const runInThread: RunLocalModel = (task, signal) => {
  thread ??= openThread();
  return thread.run(task, signal);
};

/** @param entry the compiled `local-model-worker.js`; beside this file unless a test says otherwise */
export const openThread = (
  entry: URL = new URL('./local-model-worker.js', import.meta.url),
): WorkerPool<LocalModelTask, LocalModelResult> => {
  const tasks = new LocalModelTasks();
  return new WorkerPool({ entry, inProcess: (task) => tasks.run(task), size: 1 });
};
