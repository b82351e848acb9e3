/** The queues of the system, one per feature. */
export const queueNames = ['chat', 'knowledge', 'summary'] as const;
export type QueueName = (typeof queueNames)[number];

/** What every payload carries besides ids: the request that caused the work, for the logs. */
export interface JobPayload {
  requestId: string | null;
}

/**
 * A job's contract, a value that both ends import: `dispatch(GenerateAnswer, { messageId, requestId })` is a
 * type error when the payload is wrong.
 */
export interface JobContract<Payload extends JobPayload> {
  readonly queue: QueueName;
  /** verb-noun, e.g. `embed-document`. */
  readonly name: string;
  /** Parsed at both ends: class-validator decorators on it are checked before enqueuing and before handling. */
  readonly payload: new () => Payload;
}

const defined = new Map<QueueName, JobContract<JobPayload>[]>();

export function defineJob<Payload extends JobPayload>(contract: JobContract<Payload>): JobContract<Payload> {
  const contracts = defined.get(contract.queue) ?? [];
  if (contracts.some(({ name }) => name === contract.name))
    throw new Error(`The job "${contract.name}" of queue "${contract.queue}" is defined twice.`);
  defined.set(contract.queue, [...contracts, contract]);
  return Object.freeze(contract);
}

/** Every contract of the queue that this process knows; a worker must handle each exactly once. */
export const contractsOf = (queue: QueueName): readonly JobContract<JobPayload>[] => defined.get(queue) ?? [];
