/** What the dam goes by. */
export interface QueueSituation {
  liveWorkers: number;
  /** Answers that the live workers generate at the same time. */
  slots: number;
  /** What the live workers have taken lately. 0: nothing, so that the speed of the queue is not known. */
  startedPerSecond: number;
  waiting: number;
  running: number;
  oldestWaitMs: number;
  /** How many owners have answers that wait. */
  waitingOwners: number;
  /** Of the caller. */
  own: { waiting: number; running: number };
}

export interface AdmissionLimits {
  /** Answers that may wait. */
  queueLimit: number;
  startPromiseSeconds: number;
  /** Unfinished answers of one owner. */
  answersPerOwner: number;
}

export interface Refusal {
  code: 'chat.no-live-worker' | 'chat.queue-full' | 'chat.queue-slow' | 'chat.too-many-answers';
  retryAfterSeconds: number;
}

/** Where nothing is known, and the most that is told to anyone. */
const guessSeconds = { noWorker: 5, queue: 10 };
const longestSeconds = 120;

/**
 * Whether one more answer could start within its promise. `retryAfterSeconds`: when, at the speed of the queue and with
 * nobody else coming, it would be taken.
 */
export function refusalOf(situation: QueueSituation, limits: AdmissionLimits): Refusal | null {
  const { liveWorkers, waiting, own } = situation;
  if (liveWorkers === 0) return { code: 'chat.no-live-worker', retryAfterSeconds: guessSeconds.noWorker };
  const beyondOwn = own.waiting + own.running + 1 - limits.answersPerOwner;
  const crowded = waiting >= limits.queueLimit / 2;
  const beyondShare = crowded ? own.waiting + 1 - fairShare(situation, limits) : 0;
  if (beyondOwn > 0) return tooMany(situation, Math.max(beyondOwn, beyondShare));
  if (waiting >= limits.queueLimit)
    return {
      code: 'chat.queue-full',
      retryAfterSeconds: drainSeconds(situation, waiting - limits.queueLimit + 1),
    };
  if (beyondShare > 0) return tooMany(situation, beyondShare);
  const lateSeconds = waitSeconds(situation) - limits.startPromiseSeconds;
  if (lateSeconds > 0) return { code: 'chat.queue-slow', retryAfterSeconds: told(lateSeconds) };
  return null;
}

/** Of the queue, for each owner that waits and the one that asks. */
const fairShare = ({ waitingOwners, own }: QueueSituation, { queueLimit }: AdmissionLimits): number =>
  Math.max(1, Math.floor(queueLimit / (waitingOwners + (own.waiting === 0 ? 1 : 0))));

/** Until a new answer is begun: those before it that find no free slot, at the speed of the queue. */
function waitSeconds({ waiting, running, slots, startedPerSecond, oldestWaitMs }: QueueSituation): number {
  const before = Math.max(0, waiting - Math.max(0, slots - running));
  const expected = startedPerSecond > 0 ? before / startedPerSecond : 0;
  return Math.max(expected, oldestWaitMs / 1_000);
}

function tooMany(situation: QueueSituation, answers: number): Refusal {
  return { code: 'chat.too-many-answers', retryAfterSeconds: drainSeconds(situation, answers) };
}

const drainSeconds = ({ startedPerSecond }: QueueSituation, answers: number): number =>
  startedPerSecond > 0 ? told(answers / startedPerSecond) : guessSeconds.queue;

const told = (seconds: number): number => Math.min(longestSeconds, Math.max(1, Math.ceil(seconds)));
