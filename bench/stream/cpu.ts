import { readdirSync, readFileSync } from 'node:fs';

const gone = (error: unknown): boolean =>
  ['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code));

/** Processor time of a process so far, all threads that live, in milliseconds. */
export function cpuMsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, task) => sum + ofTask(pid, task), 0);
  } catch (error) {
    if (gone(error)) return 0;
    throw error;
  }
}

function ofTask(pid: number, task: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch (error) {
    if (gone(error)) return 0;
    throw error;
  }
}
