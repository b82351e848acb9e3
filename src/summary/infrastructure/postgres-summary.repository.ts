import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import {
  SummaryRepository,
  type StoredSummary,
  type SummaryText,
} from '../application/summary.repository.js';
import type { LedgerEntry } from '../domain/ledger.js';

interface Row {
  covered_message_ids: string[];
  covered_tokens: number;
  summary: string;
  ledger: LedgerEntry[];
  excluded_until: string | null;
  summariser: string;
  created_at: Date;
}

/** The path is an array of ids; a summary applies when its last message lies on it (its ancestors then do too). */
const findOnPath = `
  SELECT covered_message_ids, covered_tokens, summary, ledger, excluded_until, summariser, created_at
  FROM conversation_summary
  WHERE owner_id = $1 AND conversation_id = $2 AND covers_up_to_message_id = ANY($3::uuid[])`;

/** Furthest along the path first; of two that end alike, the one that covers more. */
const longestFirst = `
  ORDER BY array_position($3::uuid[], covers_up_to_message_id) DESC, cardinality(covered_message_ids) DESC
  LIMIT 1`;

@Injectable()
export class PostgresSummaryRepository extends SummaryRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async listEnds(ownerId: string, conversationId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT covers_up_to_message_id AS id FROM conversation_summary
       WHERE owner_id = $1 AND conversation_id = $2`,
      [ownerId, conversationId],
    );
    return rows.map(({ id }) => id);
  }

  async findEndingAt(
    ownerId: string,
    conversationId: string,
    messageId: string,
  ): Promise<SummaryText | undefined> {
    const [row] = await this.database.query<SummaryText>(
      `SELECT summary, ledger, covered_tokens AS "coveredTokens" FROM conversation_summary
       WHERE owner_id = $1 AND conversation_id = $2 AND covers_up_to_message_id = $3`,
      [ownerId, conversationId, messageId],
    );
    return row;
  }

  async findLongest(
    ownerId: string,
    conversationId: string,
    path: string[],
  ): Promise<(StoredSummary & { createdAt: Date }) | undefined> {
    const [row] = await this.database.query<Row>(`${findOnPath} ${longestFirst}`, [
      ownerId,
      conversationId,
      path,
    ]);
    return row && { ...storedOf(row), createdAt: row.created_at };
  }

  async findBase(
    ownerId: string,
    conversationId: string,
    path: string[],
    excludedUntil: string | null,
  ): Promise<StoredSummary | undefined> {
    const [row] = await this.database.query<Row>(
      `${findOnPath} AND excluded_until IS NOT DISTINCT FROM $4::uuid ${longestFirst}`,
      [ownerId, conversationId, path, excludedUntil],
    );
    return row && storedOf(row);
  }

  async save(ownerId: string, conversationId: string, summary: StoredSummary): Promise<void> {
    await this.database.execute(
      `INSERT INTO conversation_summary
         (conversation_id, covers_up_to_message_id, owner_id, covered_message_ids, covered_tokens, summary, ledger,
          excluded_until, summariser, created_at)
       VALUES ($1, $2, $3, $4::uuid[], $5, $6, $7::jsonb, $8, $9, clock_timestamp())
       ON CONFLICT (conversation_id, covers_up_to_message_id) DO UPDATE SET
         covered_message_ids = EXCLUDED.covered_message_ids, covered_tokens = EXCLUDED.covered_tokens,
         summary = EXCLUDED.summary, ledger = EXCLUDED.ledger, excluded_until = EXCLUDED.excluded_until,
         summariser = EXCLUDED.summariser, created_at = EXCLUDED.created_at
       WHERE conversation_summary.owner_id = EXCLUDED.owner_id`,
      [
        conversationId,
        summary.coveredMessageIds.at(-1),
        ownerId,
        summary.coveredMessageIds,
        summary.coveredTokens,
        summary.summary,
        JSON.stringify(summary.ledger),
        summary.excludedUntil,
        summary.summariser,
      ],
    );
  }

  async prune(
    ownerId: string,
    conversationId: string,
    excludedUntil: string | null,
    keep: number,
  ): Promise<void> {
    await this.database.execute(
      `DELETE FROM conversation_summary
       WHERE owner_id = $1 AND conversation_id = $2
         AND (excluded_until IS DISTINCT FROM $3::uuid OR covers_up_to_message_id NOT IN (
           SELECT covers_up_to_message_id FROM conversation_summary
           WHERE owner_id = $1 AND conversation_id = $2
           ORDER BY created_at DESC LIMIT $4))`,
      [ownerId, conversationId, excludedUntil, keep],
    );
  }

  async removeCovering(ownerId: string, conversationId: string, messageIds: string[]): Promise<number> {
    return this.database.execute(
      `DELETE FROM conversation_summary
       WHERE owner_id = $1 AND conversation_id = $2 AND covered_message_ids && $3::uuid[]`,
      [ownerId, conversationId, messageIds],
    );
  }

  async removeAll(ownerId: string, conversationId: string): Promise<void> {
    await this.database.execute(
      'DELETE FROM conversation_summary WHERE owner_id = $1 AND conversation_id = $2',
      [ownerId, conversationId],
    );
  }
}

const storedOf = (row: Row): StoredSummary => ({
  coveredMessageIds: row.covered_message_ids,
  coveredTokens: row.covered_tokens,
  summary: row.summary,
  ledger: row.ledger,
  excludedUntil: row.excluded_until,
  summariser: row.summariser,
});
