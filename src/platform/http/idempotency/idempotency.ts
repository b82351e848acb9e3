import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../../shared/app-error.js';
import { newId } from '../../../shared/ids.js';
import { Transaction } from '../../database/transaction.port.js';
import { Logger } from '../../logging/logger.port.js';
import { IdempotencyStore, type IdempotencyScope, type StoredResponse } from './idempotency-store.js';

export interface IdempotentWork extends IdempotencyScope {
  bodySha256: string;
  /**
   * Runs the work in one transaction with the record of its response: after a crash either both are there or
   * neither. The work must then touch nothing that refuses transactions (object store, models, answer log).
   */
  atomic: boolean;
  /** Before the work and outside its transaction, unless the response is replayed; what it throws refuses the request. */
  admit?: () => Promise<void>;
}

export interface IdempotentResponse extends StoredResponse {
  /** True when an earlier request with this key made it. */
  replayed: boolean;
}

const pollMs = 50;
const renewMs = 1_000;
/** As long as a client is kept waiting for the first request with its key. */
const patienceMs = 60_000;

/** Makes a creating POST happen once per owner, route and key within 24 hours. Only successes are kept. */
@Injectable()
export class Idempotency {
  constructor(
    private readonly store: IdempotencyStore,
    private readonly transaction: Transaction,
    private readonly logger: Logger,
  ) {}

  /** @throws AppError `request.idempotency-key-reused` when the key came with another body. */
  async run(request: IdempotentWork, work: () => Promise<StoredResponse>): Promise<IdempotentResponse> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const claim = newId();
      if (await this.store.claim(request, request.bodySha256, claim)) {
        return { ...(await this.perform(request, claim, work)), replayed: false };
      }
      const record = await this.store.find(request);
      if (record && record.bodySha256 !== request.bodySha256) throw keyReused();
      if (record?.response) return { ...record.response, replayed: true };
      if (Date.now() > deadline) throw stillAtWork();
      await pause(pollMs);
    }
  }

  private async perform(
    request: IdempotentWork,
    claim: string,
    work: () => Promise<StoredResponse>,
  ): Promise<StoredResponse> {
    const renewal = setInterval(() => void this.renew(request, claim), renewMs);
    const workAndRecord = async (): Promise<StoredResponse> => {
      const response = await work();
      if (!(await this.store.complete(request, claim, response)) && request.atomic) throw stillAtWork();
      return response;
    };
    try {
      await request.admit?.();
      return request.atomic ? await this.transaction.run(workAndRecord) : await workAndRecord();
    } catch (error) {
      await this.abandon(request, claim);
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  /** A failed renewal costs nothing yet: the next one may succeed, and the lease outlives four. */
  private async renew(scope: IdempotencyScope, claim: string): Promise<void> {
    try {
      await this.store.renew(scope, claim);
    } catch (error) {
      this.logger.warn('idempotency.renewal-failed', { error });
    }
  }

  /** The error of the work is the one to answer; a row that stays is taken over when its lease ends. */
  private async abandon(scope: IdempotencyScope, claim: string): Promise<void> {
    try {
      await this.store.abandon(scope, claim);
    } catch (error) {
      this.logger.warn('idempotency.claim-left-behind', { error });
    }
  }
}

const keyReused = (): AppError =>
  new AppError({
    code: 'request.idempotency-key-reused',
    kind: 'conflict',
    message: 'This Idempotency-Key was used here with another body. Use a new key for a new request.',
  });

const stillAtWork = (): AppError =>
  new AppError({
    code: 'request.idempotency-pending',
    kind: 'unavailable',
    message: 'The first request with this Idempotency-Key is still at work. Try again.',
    retryAfterSeconds: 5,
  });
