import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Notifications } from '../../platform/database/notifications.port.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import {
  AnswerLog,
  sequenceBefore,
  terminalEvents,
  type AnswerEvent,
  type NewAnswerEvent,
  type OpenedLog,
} from '../application/answer-log.port.js';
import { claimLost } from './claim-lost.js';
import { CoalescedEventReads } from './coalesced-event-reads.js';

/** $3 what the epoch starts after. A higher epoch takes over, the same one resumes, a lower one gets no row. */
const openWriter = `
  INSERT INTO answer_writer (message_id, epoch, last_sequence) VALUES ($1, $2, $3)
  ON CONFLICT (message_id) DO UPDATE
    SET epoch = EXCLUDED.epoch, last_sequence = greatest(answer_writer.last_sequence, EXCLUDED.last_sequence)
    WHERE answer_writer.epoch <= EXCLUDED.epoch AND answer_writer.ended_at IS NULL
  RETURNING last_sequence AS "lastSequence",
    EXISTS (SELECT FROM answer_event WHERE message_id = $1) AS "hasEvents"`;

/**
 * The writer's row is the fence: of two writers the second waits for the row and then finds another epoch or
 * another predecessor. Events, fence and wake-up are one statement, so a reader never sees part of an append.
 */
const appendEvents = `
  WITH writer AS (
    UPDATE answer_writer
    SET last_sequence = last_sequence + jsonb_array_length($4::jsonb),
        ended_at = CASE WHEN $5::boolean THEN now() END
    WHERE message_id = $1 AND epoch = $2 AND last_sequence = $3 AND ended_at IS NULL
    RETURNING message_id, last_sequence
  ), appended AS (
    INSERT INTO answer_event (message_id, sequence, type, data)
    SELECT writer.message_id, $3 + event.position, event.value ->> 'type', event.value -> 'data'
    FROM writer, jsonb_array_elements($4::jsonb) WITH ORDINALITY AS event (value, position)
  )
  SELECT last_sequence AS "lastSequence", pg_notify('answer_appended', message_id::text) FROM writer`;

/** Also what a deletion or a crash left: logs without a message, or without the end that the message has. */
const expireWriters = `
  WITH expired AS (
    DELETE FROM answer_writer AS writer
    WHERE writer.ended_at < $1
      OR EXISTS (SELECT FROM message WHERE id = writer.message_id AND completed_at < $1)
      OR (writer.opened_at < $1::timestamptz - interval '1 day'
          AND NOT EXISTS (SELECT FROM message WHERE id = writer.message_id))
    RETURNING message_id
  ), events AS (
    DELETE FROM answer_event USING expired WHERE answer_event.message_id = expired.message_id
  )
  SELECT count(*)::integer AS expired FROM expired`;

const removeLogs = `
  WITH writers AS (DELETE FROM answer_writer WHERE message_id = ANY ($1::uuid[])),
       events AS (DELETE FROM answer_event WHERE message_id = ANY ($1::uuid[]))
  SELECT pg_notify('answer_appended', id::text) FROM unnest($1::uuid[]) AS id`;

/** The answer log in PostgreSQL, woken by LISTEN/NOTIFY over the process's one listening connection. */
@Injectable()
export class DatabaseAnswerLog extends AnswerLog {
  private readonly subscribers = new Map<string, Set<() => void>>();
  private readonly reads: CoalescedEventReads;
  private listening: Promise<unknown> | null = null;

  constructor(
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly transaction: Transaction,
  ) {
    super();
    this.reads = new CoalescedEventReads(database);
  }

  async open(messageId: string, epoch: number): Promise<OpenedLog> {
    this.transaction.assertOutside('The answer log');
    const [opened] = await this.database.query<OpenedLog>(openWriter, [
      messageId,
      epoch,
      sequenceBefore(epoch),
    ]);
    if (!opened) throw claimLost();
    return opened;
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
    const [writer] = await this.database.query<{ lastSequence: number }>(appendEvents, [
      messageId,
      epoch,
      afterSequence,
      JSON.stringify(events),
      ends,
    ]);
    if (!writer) throw claimLost();
    return writer.lastSequence;
  }

  async readAfter(messageId: string, afterSequence: number, limit = 500): Promise<AnswerEvent[]> {
    this.transaction.assertOutside('The answer log');
    return this.reads.read(messageId, afterSequence, limit);
  }

  async bounds(messageId: string): Promise<{ first: number; last: number } | null> {
    this.transaction.assertOutside('The answer log');
    const [row] = await this.database.query<{ first: number | null; last: number | null }>(
      'SELECT min(sequence) AS first, max(sequence) AS last FROM answer_event WHERE message_id = $1',
      [messageId],
    );
    return row?.first == null || row.last === null ? null : { first: row.first, last: row.last };
  }

  async subscribe(messageId: string, onAppended: () => void): Promise<() => void> {
    const known = this.subscribers.get(messageId) ?? new Set();
    this.subscribers.set(messageId, known.add(onAppended));
    await this.listen();
    return () => {
      known.delete(onAppended);
      if (known.size === 0 && this.subscribers.get(messageId) === known) this.subscribers.delete(messageId);
    };
  }

  async expire(before: Date): Promise<number> {
    this.transaction.assertOutside('The answer log');
    const [row] = await this.database.query<{ expired: number }>(expireWriters, [before]);
    return row?.expired ?? 0;
  }

  async remove(messageIds: string[]): Promise<void> {
    this.transaction.assertOutside('The answer log');
    if (messageIds.length > 0) await this.database.query(removeLogs, [messageIds]);
  }

  private listen(): Promise<unknown> {
    if (!this.listening) {
      this.listening = this.notifications.listen('answer_appended', (messageId) => this.wake(messageId));
      this.listening.catch(() => (this.listening = null));
    }
    return this.listening;
  }

  /** An empty payload comes after a lost connection: anyone may have missed something. */
  private wake(messageId: string): void {
    const woken = messageId === '' ? [...this.subscribers.values()] : [this.subscribers.get(messageId) ?? []];
    for (const subscribers of woken) for (const onAppended of subscribers) onAppended();
  }
}
