import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Transaction } from '../../platform/database/transaction.port.js';
import { Idempotency } from '../../platform/http/idempotency/idempotency.js';
import {
  bodySha256Of,
  idempotencyKeyOf,
  idempotentRouteOf,
} from '../../platform/http/idempotency/request-fingerprint.js';
import type { Caller } from '../../shared/caller.js';
import { AdmitAnswer } from '../application/admit-answer.service.js';
import type { StartedAnswer } from '../application/message-view.js';
import { AnswerRelay } from './answer-relay.js';

export interface Exchange {
  caller: Caller;
  request: FastifyRequest;
  reply: FastifyReply;
}

interface Outcome {
  started: StartedAnswer;
  replayed: boolean;
}

/**
 * The last steps of a question that was judged: idempotency, admission, commit, and the answer in the form that
 * the client asked for. Everything that can be refused is refused before a stream starts.
 */
@Injectable()
export class AnswerStart {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly transaction: Transaction,
    private readonly admission: AdmitAnswer,
    private readonly relay: AnswerRelay,
  ) {}

  /**
   * @param commit runs inside the transaction in which a repeat of the request is ruled out.
   * @param streams whether the answer may be its events.
   */
  async answer(
    exchange: Exchange,
    commit: () => Promise<StartedAnswer>,
    { streams } = { streams: true },
  ): Promise<void> {
    const { reply, request } = exchange;
    const { ownerId } = exchange.caller;
    const slot =
      streams && namesEventStream(request.headers.accept) ? this.relay.reserve(ownerId) : undefined;
    try {
      const { started, replayed } = await this.once(exchange, commit);
      if (replayed) void reply.header('idempotent-replayed', 'true');
      const messageId = started.assistantMessage.id;
      if (slot) await this.relay.relay({ ownerId, messageId, after: 0 }, slot, reply);
      else void reply.code(202).send(started);
    } finally {
      if (slot) slot.release();
    }
  }

  private async once({ caller, request }: Exchange, commit: () => Promise<StartedAnswer>): Promise<Outcome> {
    let committed = (): void => undefined;
    const admit = async (): Promise<void> => {
      committed = await this.admission.admit(caller.ownerId);
    };
    try {
      const key = idempotencyKeyOf(request);
      if (key === undefined) {
        await admit();
        return { started: await this.transaction.run(commit), replayed: false };
      }
      return await this.onceByKey({ ownerId: caller.ownerId, key, request }, admit, commit);
    } finally {
      committed();
    }
  }

  private async onceByKey(
    { ownerId, key, request }: { ownerId: string; key: string; request: FastifyRequest },
    admit: () => Promise<void>,
    commit: () => Promise<StartedAnswer>,
  ): Promise<Outcome> {
    const { body, replayed } = await this.idempotency.run(
      {
        ownerId,
        route: idempotentRouteOf(request),
        key,
        bodySha256: bodySha256Of(request),
        atomic: true,
        admit,
      },
      async () => ({ status: 202, body: await commit() }),
    );
    return { started: body as StartedAnswer, replayed };
  }
}

/** A wildcard does not name it: a client that takes anything gets JSON. */
const namesEventStream = (accept: string | undefined): boolean =>
  (accept ?? '')
    .toLowerCase()
    .split(',')
    .some((range) => /^\s*text\/event-stream\s*(;|$)/.test(range) && !/;\s*q=0(\.0*)?\s*(;|$)/.test(range));
