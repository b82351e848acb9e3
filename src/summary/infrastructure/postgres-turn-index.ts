import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { toScaledHalfvec } from '../../platform/database/scaled-halfvec.js';
import {
  TurnIndex,
  type IndexedTurn,
  type RecallScope,
  type VectorOfQuestion,
} from '../application/turn-index.repository.js';
import type { RecallCandidate } from '../domain/recall-score.js';
import type { SeatedTurn } from '../domain/sittings.js';
import * as sql from './turn-index.sql.js';

/** Turns of one statement; a long answer may have thousands of terms. */
const batchSize = 100;

@Injectable()
export class PostgresTurnIndex extends TurnIndex {
  constructor(private readonly database: Database) {
    super();
  }

  async add(ownerId: string, conversationId: string, model: string, turns: IndexedTurn[]): Promise<void> {
    for (let start = 0; start < turns.length; start += batchSize) {
      const rows = turns.slice(start, start + batchSize).map((turn) => ({
        ...turn,
        terms: hashed(conversationId, turn.terms),
        embedding: toScaledHalfvec(turn.embedding),
      }));
      await this.database.execute(sql.addTurns, [ownerId, conversationId, model, JSON.stringify(rows)]);
    }
  }

  async speakers(ownerId: string, conversationId: string): Promise<string[]> {
    const rows = await this.database.query<{ speaker: string }>(sql.speakers, [ownerId, conversationId]);
    return rows.map(({ speaker }) => speaker);
  }

  async findSeat(ownerId: string, messageId: string): Promise<SeatedTurn | undefined> {
    return (await this.database.query<SeatedTurn>(sql.findSeat, [ownerId, messageId]))[0];
  }

  async termCounts(
    ownerId: string,
    conversationId: string,
    terms: string[],
    most: number,
  ): Promise<number[]> {
    const parameters = [ownerId, conversationId, hashed(conversationId, terms), most];
    const rows = await this.database.query<{ count: number }>(sql.termCounts, parameters);
    return rows.map(({ count }) => count);
  }

  async sittingsWith(
    scope: RecallScope,
    terms: string[],
    most: number,
  ): Promise<{ sitting: number; terms: number[] }[]> {
    const parameters = [...keyOf(scope), hashed(scope.conversationId, terms), most];
    const rows = await this.database.query<{ sitting: number; terms: number[] }>(
      sql.sittingsWith,
      parameters,
    );
    return rows.map(({ sitting, terms: places }) => ({ sitting, terms: places.map((place) => place - 1) }));
  }

  async sittingsBetween(
    scope: RecallScope,
    range: { from: Date; to: Date },
    most: number,
  ): Promise<number[]> {
    const parameters = [...keyOf(scope), range.from, range.to, most];
    const rows = await this.database.query<{ sitting: number }>(sql.sittingsBetween, parameters);
    return rows.map(({ sitting }) => sitting);
  }

  async turnsOf(
    scope: RecallScope,
    sittings: number[] | null,
    { terms, vector }: { terms: string[]; vector: VectorOfQuestion | null },
  ): Promise<RecallCandidate[]> {
    const hashes = hashed(scope.conversationId, terms);
    const rows = await this.database.query<Omit<RecallCandidate, 'frequencies'> & { found: string[] }>(
      sql.turnsOf,
      [...keyOf(scope), sittings, hashes, vector?.model ?? null, vector && toScaledHalfvec(vector.embedding)],
    );
    const places = new Map(hashes.map((hash, place) => [hash, place]));
    return rows.map(({ found, ...turn }) => {
      const frequencies = terms.map(() => 0);
      for (const hash of found) frequencies[places.get(hash)!]!++;
      return { ...turn, frequencies };
    });
  }

  async removeMessages(ownerId: string, conversationId: string, messageIds: string[]): Promise<void> {
    await this.database.execute(sql.removeMessages, [ownerId, conversationId, messageIds]);
  }

  async removeAll(ownerId: string, conversationId: string): Promise<void> {
    await this.database.execute(sql.removeAll, [ownerId, conversationId]);
  }
}

const keyOf = ({ ownerId, conversationId, coversUpToMessageId }: RecallScope): [string, string, string] => [
  ownerId,
  conversationId,
  coversUpToMessageId,
];

const hashed = (conversationId: string, terms: string[]): string[] =>
  terms.map((term) =>
    createHash('sha256').update(conversationId).update(term).digest().readBigInt64BE().toString(),
  );
