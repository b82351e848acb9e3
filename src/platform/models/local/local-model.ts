import { AppError } from '../../../shared/app-error.js';
import { ConfigurationError } from '../../config/configuration.js';
import { modelUnavailable } from '../model-error.js';
import type { LocalModelResult, LocalModelTask } from './local-model-tasks.js';
import type { RunLocalModel } from './local-model-thread.js';

/** Runs the model once. @throws ConfigurationError that names the setting and what is amiss. */
export async function tryOut(
  run: RunLocalModel,
  task: LocalModelTask,
  setting: string,
): Promise<LocalModelResult> {
  try {
    return await run(task);
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigurationError([`${setting} is ${task.spec.model}, but ${message}. Or unset ${setting}.`]);
  }
}

/** @throws AppError `model.unavailable`; the signal's reason when it aborts. */
export async function ask(
  run: RunLocalModel,
  task: LocalModelTask,
  signal?: AbortSignal,
): Promise<LocalModelResult> {
  try {
    return await run(task, signal);
  } catch (error) {
    if (error instanceof AppError || signal?.aborted) throw error;
    throw modelUnavailable('The local model failed.', { cause: error });
  }
}
