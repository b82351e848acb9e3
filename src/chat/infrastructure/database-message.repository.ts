import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Page, PageRequest } from '../../shared/page.js';
import {
  MessageRepository,
  type AnswerEnd,
  type AnswerQueueState,
  type LeaseState,
  type NewMessage,
  type StuckAnswer,
} from '../application/message.repository.js';
import { isUnfinished, type Message, type PageText } from '../domain/message.js';
import * as sql from './message-sql.js';
import { pageOfRows } from './page-of-rows.js';

const json = (value: unknown): string | null => (value == null ? null : JSON.stringify(value));

interface OwnerQueueState {
  ownerId: string;
  waiting: number;
  running: number;
  oldestWaitMs: number;
}

@Injectable()
export class DatabaseMessageRepository extends MessageRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async findById(ownerId: string, id: string): Promise<Message | undefined> {
    return (await this.listByIds(ownerId, [id]))[0];
  }

  listByIds(ownerId: string, ids: string[]): Promise<Message[]> {
    return this.database.query(
      `SELECT ${sql.messageColumns} FROM message WHERE owner_id = $1 AND id = ANY ($2::uuid[])`,
      [ownerId, ids],
    );
  }

  async findPage(ownerId: string, id: string): Promise<PageText | null> {
    const [row] = await this.database.query<{ page: PageText | null }>(
      'SELECT page FROM message WHERE owner_id = $1 AND id = $2',
      [ownerId, id],
    );
    return row?.page ?? null;
  }

  async findTrace(ownerId: string, id: string): Promise<Record<string, unknown> | null | undefined> {
    const [row] = await this.database.query<{ trace: Record<string, unknown> | null }>(
      'SELECT trace FROM message WHERE owner_id = $1 AND id = $2',
      [ownerId, id],
    );
    return row?.trace;
  }

  async insert(messages: NewMessage[]): Promise<Message[]> {
    const rows = await this.database.query<Message>(sql.insertMessages, [JSON.stringify(messages)]);
    const stored = new Map(rows.map((row) => [row.id, row]));
    return messages.map(({ id }) => stored.get(id)!);
  }

  pathTo(ownerId: string, leafId: string): Promise<Message[]> {
    return this.database.query(sql.selectPath, [ownerId, leafId]);
  }

  tailTo(
    ownerId: string,
    leafId: string,
    { messageIds, upTo }: { messageIds: string[]; upTo: string | null },
  ): Promise<Message[]> {
    return this.database.query(sql.selectTail, [ownerId, leafId, messageIds, upTo]);
  }

  async pagePathTo(ownerId: string, leafId: string, { limit, afterId }: PageRequest): Promise<Page<Message>> {
    const parameters = [ownerId, leafId, afterId ?? null, limit + 1];
    return pageOfRows(await this.database.query<Message>(sql.selectPathPage, parameters), limit);
  }

  async pageTree(
    ownerId: string,
    conversationId: string,
    { limit, afterId }: PageRequest,
  ): Promise<Page<Message>> {
    const parameters = [ownerId, conversationId, afterId ?? null, limit + 1];
    return pageOfRows(await this.database.query<Message>(sql.selectTreePage, parameters), limit);
  }

  listChildren(ownerId: string, parentId: string): Promise<Message[]> {
    return this.database.query(
      `SELECT ${sql.messageColumns} FROM message WHERE owner_id = $1 AND parent_id = $2 ORDER BY id`,
      [ownerId, parentId],
    );
  }

  async listSubtreeIds(ownerId: string, id: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(sql.selectSubtreeIds, [ownerId, id]);
    return rows.map((row) => row.id);
  }

  async listIdsByConversation(ownerId: string, conversationId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM message WHERE owner_id = $1 AND conversation_id = $2',
      [ownerId, conversationId],
    );
    return rows.map((row) => row.id);
  }

  async remove(ownerId: string, ids: string[]): Promise<string[]> {
    const rows = await this.database.query<Pick<Message, 'id' | 'status'>>(
      'DELETE FROM message WHERE owner_id = $1 AND id = ANY ($2::uuid[]) RETURNING id, status',
      [ownerId, ids],
    );
    return rows.filter(isUnfinished).map((row) => row.id);
  }

  async claim(id: string, leaseMs: number): Promise<Message | null> {
    const [claimed] = await this.database.query<Message>(sql.claimAnswer, [id, leaseMs]);
    return claimed ?? null;
  }

  async renewLeases(
    claims: Pick<Message, 'id' | 'epoch'>[],
    leaseMs: number,
  ): Promise<Map<string, LeaseState>> {
    const rows = await this.database.query<{ id: string; state: LeaseState }>(sql.renewLeases, [
      claims.map(({ id }) => id),
      claims.map(({ epoch }) => epoch),
      leaseMs,
    ]);
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  async finish(id: string, epoch: number, end: AnswerEnd): Promise<Message | null> {
    const [finished] = await this.database.query<Message>(sql.finishAnswer, [
      id,
      epoch,
      end.status,
      end.content,
      JSON.stringify(end.citations),
      json(end.usage),
      end.model,
      json(end.error),
      json(end.trace),
      end.lastSequence,
    ]);
    return finished ?? null;
  }

  async requeue(
    id: string,
    epoch: number,
    delayMs: number,
    { uncounted } = { uncounted: false },
  ): Promise<number | null> {
    const [row] = await this.database.query<{ dispatch: number }>(sql.requeueAnswer, [
      id,
      epoch,
      delayMs,
      uncounted,
    ]);
    return row?.dispatch ?? null;
  }

  async requestCancel(ownerId: string, id: string): Promise<Message | null> {
    const [wished] = await this.database.query<Message>(sql.requestCancel, [ownerId, id]);
    return wished ?? null;
  }

  async noteLastSequence(id: string, epoch: number, lastSequence: number): Promise<void> {
    await this.database.execute('UPDATE message SET last_sequence = $3 WHERE id = $1 AND epoch = $2', [
      id,
      epoch,
      lastSequence,
    ]);
  }

  listStuck(queuedForMs: number, limit: number): Promise<StuckAnswer[]> {
    return this.database.query(sql.selectStuck, [queuedForMs, limit]);
  }

  async queueState(): Promise<AnswerQueueState> {
    const rows = await this.database.query<OwnerQueueState>(sql.selectQueueState);
    return {
      owners: new Map(rows.map(({ ownerId, waiting, running }) => [ownerId, { waiting, running }])),
      oldestWaitMs: Math.max(0, ...rows.map(({ oldestWaitMs }) => oldestWaitMs)),
    };
  }

  async listEnded(ids: string[], endedForMs: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(sql.selectEnded, [ids, endedForMs]);
    return rows.map((row) => row.id);
  }
}
