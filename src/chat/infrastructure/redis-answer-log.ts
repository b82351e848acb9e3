import { randomBytes } from 'node:crypto';
import type { AnswerLogConfig } from '../../platform/config/answer-log.config.js';
import type { Transaction } from '../../platform/database/transaction.port.js';
import type { Logger } from '../../platform/logging/logger.port.js';
import type { RedisConnections } from '../../platform/redis/redis-connections.js';
import { RedisWakeUps } from '../../platform/redis/redis-wake-ups.js';
import { AppError } from '../../shared/app-error.js';
import {
  AnswerLog,
  sequenceBefore,
  terminalEvents,
  type AnswerEvent,
  type AnswerEventType,
  type NewAnswerEvent,
  type OnAppended,
  type OpenedLog,
} from '../application/answer-log.port.js';
import { claimLost } from './claim-lost.js';
import { RedisAppends } from './redis-appends.js';
import { RedisEventReads } from './redis-event-reads.js';
import { defineAnswerScripts, type AnswerScripts } from './redis-answer-scripts.js';

/** An answer that nobody appends to for this long is over, however it ended. */
const unfinishedTtlMs = 24 * 3_600_000;

export interface RedisAnswerLogOptions {
  /** Put before every key and channel. */
  prefix: string;
  /** After how long without a wake-up a reader looks by itself. */
  recheckMs?: number;
}

/**
 * The answer log in Redis: one stream for each answer, whose entry `<sequence>-0` is the event of that sequence, and
 * beside it, in the same slot, a hash with its writer. Scripts make an append one step; the same step publishes the
 * wake-up. Redis may lose all of it, or the newest part: the next append is refused then, and the answer starts over.
 */
export class RedisAnswerLog extends AnswerLog {
  private readonly scripts: AnswerScripts;
  private readonly reads: RedisEventReads;
  private readonly wakeUps: RedisWakeUps;
  private readonly appends: RedisAppends;
  private readonly tokenPrefix = `${randomBytes(9).toString('base64')}:`;
  private tokens = 0;
  /** What was told last, as every reader of that answer hears it. */
  private told: { message: string; events: AnswerEvent[] } = { message: '', events: [] };

  constructor(
    connections: RedisConnections,
    private readonly transaction: Transaction,
    private readonly config: AnswerLogConfig,
    logger: Logger,
    private readonly options: RedisAnswerLogOptions = { prefix: 'protostar:answer:' },
  ) {
    super();
    this.scripts = defineAnswerScripts(connections.commands);
    this.appends = new RedisAppends(connections.commands);
    this.reads = new RedisEventReads(connections.commands, (messageId) => this.eventsKey(messageId));
    this.wakeUps = new RedisWakeUps(connections, 'answer-wake-ups', logger, options.recheckMs);
  }

  async open(messageId: string, epoch: number): Promise<OpenedLog> {
    const opened = await this.ask('open', () =>
      this.scripts.openAnswer(...this.keys(messageId), epoch, sequenceBefore(epoch), unfinishedTtlMs),
    );
    if (!opened) throw claimLost();
    const [lastSequence, hasEvents] = opened;
    return { lastSequence, hasEvents: hasEvents === 1 };
  }

  async append(
    messageId: string,
    epoch: number,
    afterSequence: number,
    events: NewAnswerEvent[],
  ): Promise<number> {
    this.transaction.assertOutside('The answer log');
    if (events.length === 0) return afterSequence;
    const ends = events.some(({ type }) => terminalEvents.has(type));
    const lastSequence = await this.ask('append', () =>
      this.appends.append([
        ...this.keys(messageId),
        epoch,
        afterSequence,
        // Sent again by the client after a lost connection, an append that had come through is not a gap.
        `${this.tokenPrefix}${++this.tokens}`,
        ends ? this.config.ttlMinutes * 60_000 : unfinishedTtlMs,
        ends ? 1 : 0,
        this.channel(messageId),
        ...events.flatMap(({ type, data }) => [type, JSON.stringify(data)]),
      ]),
    );
    if (lastSequence === null) throw claimLost();
    return lastSequence;
  }

  readAfter(messageId: string, afterSequence: number, limit = 500): Promise<AnswerEvent[]> {
    return this.ask('read', () => this.reads.read(messageId, afterSequence, limit));
  }

  async bounds(messageId: string): Promise<{ first: number; last: number } | null> {
    const bounds = await this.ask('read', () => this.scripts.boundsOfAnswer(this.eventsKey(messageId)));
    return bounds && { first: Number.parseInt(bounds[0], 10), last: Number.parseInt(bounds[1], 10) };
  }

  subscribe(messageId: string, onAppended: OnAppended): Promise<() => void> {
    return this.ask('subscribe', () =>
      this.wakeUps.listen(this.channel(messageId), (message) =>
        onAppended(message === '' ? undefined : this.eventsTold(message)),
      ),
    );
  }

  /** Redis does it by itself: every log has a time to live. */
  async expire(): Promise<number> {
    return 0;
  }

  async remove(messageIds: string[]): Promise<void> {
    await this.ask('remove', () =>
      Promise.all(
        messageIds.map((messageId) =>
          this.scripts.removeAnswer(...this.keys(messageId), this.channel(messageId)),
        ),
      ),
    );
  }

  /** Parsed once, however many readers hear it. */
  private eventsTold(message: string): AnswerEvent[] {
    if (this.told.message === message) return this.told.events;
    const start = message.indexOf(' ');
    const before = Number.parseInt(message.slice(0, start), 10);
    const events = (JSON.parse(message.slice(start)) as [AnswerEventType, unknown][]).map(
      ([type, data], index) => ({ sequence: before + 1 + index, type, data }),
    );
    this.told = { message, events };
    return events;
  }

  private async ask<T>(operation: string, work: () => Promise<T>): Promise<T> {
    this.transaction.assertOutside('The answer log');
    try {
      return await work();
    } catch (error) {
      throw unavailable(operation, error as Error);
    }
  }

  private keys(messageId: string): [writer: string, events: string] {
    return [`${this.options.prefix}{${messageId}}:writer`, this.eventsKey(messageId)];
  }

  private eventsKey(messageId: string): string {
    return `${this.options.prefix}{${messageId}}:events`;
  }

  private channel(messageId: string): string {
    return `${this.options.prefix}{${messageId}}`;
  }
}

/** Without the command that the client attaches to its errors, which may be the text of an answer. */
const unavailable = (operation: string, { message }: Error): AppError =>
  new AppError({
    code: 'chat.answer-log-unavailable',
    kind: 'unavailable',
    message: 'The events of answers cannot be reached at the moment.',
    retryAfterSeconds: 1,
    cause: new Error(`Redis ${operation}: ${message}`),
  });
