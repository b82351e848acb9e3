/**
 * The moments at which a process may be told to die, for tests: a kill at a random time seldom meets them. `<role>.…`
 * is passed by that role alone, `outbox.…` by whoever dispatches a job.
 */
export const crashPoints = [
  'api.before-object',
  'api.after-object',
  'api.before-answer',
  'api.mid-stream',
  'outbox.before-enqueue',
  'outbox.after-enqueue',
  'chat.before-claim',
  'chat.after-claim',
  'chat.mid-stream',
  'chat.before-commit',
  'chat.before-terminal',
  'chat.before-ack',
  'knowledge.before-reindex',
  'knowledge.after-reindex',
  'knowledge.before-feed',
  'knowledge.after-feed',
  'knowledge.before-claim',
  'knowledge.after-claim',
  'knowledge.before-fetch',
  'knowledge.after-fetch',
  'knowledge.mid-extraction',
  'knowledge.before-object',
  'knowledge.after-object',
  'knowledge.mid-embedding',
  'knowledge.before-commit',
  'knowledge.before-ack',
  'summary.before-claim',
  'summary.after-claim',
  'summary.before-commit',
  'summary.after-commit',
  'summary.before-ack',
] as const;

export type CrashPoint = (typeof crashPoints)[number];

let armed: { point: CrashPoint; passesLeft: number } | null = null;

/** @param setting a point, or `point:n` for the nth time that it is passed. */
export function armCrashPoint(setting: string): void {
  const [point, times = '1'] = setting.split(':');
  armed = { point: point as CrashPoint, passesLeft: Number(times) };
}

/** Ends the process as `kill -9` does when it is armed for this point; costs a comparison otherwise. */
export function crashPoint(point: CrashPoint): void {
  if (armed === null || armed.point !== point) return;
  if (--armed.passesLeft === 0) process.kill(process.pid, 'SIGKILL');
}
