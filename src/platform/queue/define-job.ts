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

export const defineJob = <Payload extends JobPayload>(contract: JobContract<Payload>): JobContract<Payload> =>
  Object.freeze(contract);
