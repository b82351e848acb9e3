import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Notifications } from '../../platform/database/notifications.port.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { JobDispatcher } from '../../platform/queue/job-dispatcher.port.js';
import type { AppError } from '../../shared/app-error.js';
import type { Message } from '../domain/message.js';
import { GenerateAnswer, generateAnswerJobId } from './generate-answer.job.js';
import { MessageRepository, type LeaseState } from './message.repository.js';

/** A worker that says nothing for this long is taken for dead: three renewals may fail or come late. */
const leaseMs = 2_000;
const renewalMs = 500;

/** Why an answer is given up before its end. */
export type StopReason = 'cancelled' | 'claim-lost' | 'log-failed' | 'shutdown';

/** The right to work on an answer. `signal` aborts when it ends. */
export class AnswerClaim {
  stopped: StopReason | null = null;
  /** In the time of `Date.now()`; by then somebody else may have it. */
  heldUntil = Date.now() + leaseMs;
  private readonly controller = new AbortController();

  constructor(
    readonly message: Message,
    private readonly onClose: () => void,
  ) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The first reason counts. `cause` becomes the reason of `signal`. */
  stop(reason: StopReason, cause?: unknown): void {
    this.stopped ??= reason;
    this.controller.abort(cause ?? new Error(`The answer was stopped: ${this.stopped}.`));
  }

  close(): void {
    this.onClose();
  }
}

/** Takes answers for this worker, keeps the claims alive, and stops them when someone wishes so. */
@Injectable()
export class AnswerClaims implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly held = new Map<string, AnswerClaim>();
  private endListening: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private renewing = false;

  constructor(
    private readonly messages: MessageRepository,
    private readonly notifications: Notifications,
    private readonly transaction: Transaction,
    private readonly jobs: JobDispatcher,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.endListening = await this.notifications.listen('answer_cancel', (messageId) => {
      this.held.get(messageId)?.stop('cancelled');
    });
  }

  onApplicationShutdown(): void {
    this.endListening();
  }

  /** Null when the answer is finished, gone, or another worker's. */
  async take(messageId: string, shutdown: AbortSignal): Promise<AnswerClaim | null> {
    const message = await this.messages.claim(messageId, leaseMs);
    if (!message) return null;
    const onShutdown = (): void => claim.stop('shutdown');
    const claim = new AnswerClaim(message, () => {
      shutdown.removeEventListener('abort', onShutdown);
      // It may be ours again by now, after it was given back.
      if (this.held.get(messageId) === claim) this.held.delete(messageId);
      if (this.held.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    });
    this.held.set(messageId, claim);
    this.timer ??= setInterval(() => void this.renewAll(), renewalMs);
    shutdown.addEventListener('abort', onShutdown);
    if (shutdown.aborted) claim.stop('shutdown');
    if (message.cancelRequestedAt) claim.stop('cancelled');
    return claim;
  }

  /** Back on the queue, for another worker to start over. That this one shuts down is no fault of the answer. */
  async release(claim: AnswerClaim): Promise<void> {
    await this.giveBack(claim, { uncounted: true });
  }

  /** Back on the queue at once, rather than when the lease has run out. The attempt counts. */
  async startOver(claim: AnswerClaim): Promise<void> {
    const { id, attempts } = claim.message;
    const isBack = await this.giveBack(claim, { uncounted: false });
    if (isBack) this.logger.warn('answer.starts-over', { messageId: id, attempts });
  }

  /** What made an answer fail: a defect in full, a known error by its code. */
  noteFailure({ message }: AnswerClaim, error: AppError): void {
    const fields = { messageId: message.id, attempt: message.attempts, code: error.code };
    if (error.kind === 'internal')
      this.logger.error('answer.failed', { ...fields, error: error.cause ?? error });
    else this.logger.warn('answer.failed', fields);
  }

  /** False when the answer is another worker's by now, or finished. */
  private giveBack({ message }: AnswerClaim, options: { uncounted: boolean }): Promise<boolean> {
    const { id, ownerId, epoch, requestId } = message;
    return this.transaction.run(async () => {
      const dispatch = await this.messages.requeue(id, epoch, 0, options);
      if (dispatch === null) return false;
      const payload = { messageId: id, ownerId, requestId };
      await this.jobs.dispatch(GenerateAnswer, payload, { jobId: generateAnswerJobId(id, dispatch) });
      return true;
    });
  }

  /** Of all claims together: at a thousand answers, one by one would cost the database more than their text does. */
  private async renewAll(): Promise<void> {
    if (this.renewing) return;
    this.renewing = true;
    const claims = [...this.held.values()];
    const askedAt = Date.now();
    try {
      const states = await this.messages.renewLeases(
        claims.map(({ message }) => message),
        leaseMs,
      );
      for (const claim of claims) this.judge(claim, states.get(claim.message.id), askedAt);
    } catch (error) {
      this.logger.warn('answer.leases-not-renewed', { claims: claims.length, error });
      for (const claim of claims) this.judge(claim, 'busy', askedAt);
    } finally {
      this.renewing = false;
    }
  }

  private judge(claim: AnswerClaim, state: LeaseState | undefined, askedAt: number): void {
    switch (state) {
      case 'held':
        claim.heldUntil = askedAt + leaseMs;
        break;
      case 'cancel-requested':
        claim.heldUntil = askedAt + leaseMs;
        claim.stop('cancelled');
        break;
      case 'busy':
        if (Date.now() > claim.heldUntil) claim.stop('claim-lost');
        break;
      case undefined:
        claim.stop('claim-lost');
    }
  }
}
