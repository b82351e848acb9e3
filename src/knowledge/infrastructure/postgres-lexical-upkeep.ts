import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import type { VersionRef } from '../application/chunk-index.port.js';
import { LexicalUpkeep } from '../application/lexical-upkeep.port.js';
import { isOutdated } from '../domain/tokenizer-version.js';
import { lockStatistics } from './chunk-index.sql.js';
import * as sql from './lexical-upkeep.sql.js';
import { collectionMark, toTsvectorLiteral } from './tsvector-literal.js';

interface ChosenRow {
  id: string;
  owner_id: string;
  collection_id: string;
  document_id: string;
  version: number;
  text: string;
  context: string;
}

/** Each batch is one short transaction: terms, and what the statistics say of them, change together. */
@Injectable()
export class PostgresLexicalUpkeep extends LexicalUpkeep {
  constructor(
    private readonly database: Database,
    private readonly transaction: Transaction,
    private readonly tokenizer: Tokenizer,
  ) {
    super();
  }

  async refresh(limit: number): Promise<number> {
    const stored = await this.database.query<{ tokenizer: string }>(sql.listTokenizers);
    const outdated = stored.find(({ tokenizer }) => isOutdated(tokenizer, this.tokenizer.version));
    if (!outdated) return 0;
    const chosen = await this.database.query<ChosenRow>(sql.chooseChunks, [outdated.tokenizer, limit]);
    const [first] = chosen;
    // Another worker has done the last of them, or they are gone.
    if (!first) return this.refresh(limit);
    // As they were when they were written, and outside the transaction, which holds the embedded database's only session.
    const terms = await this.tokenizer.termsOfMany(chosen.map(({ context, text }) => `${context}\n${text}`));
    const termsOf = new Map(chosen.map(({ id }, position) => [id, terms[position]!]));
    const ref = {
      ownerId: first.owner_id,
      collectionId: first.collection_id,
      documentId: first.document_id,
      version: first.version,
    };
    await this.transaction.run(() => this.replace(ref, outdated.tokenizer, termsOf));
    return chosen.length;
  }

  private async replace(ref: VersionRef, outdated: string, termsOf: Map<string, string[]>): Promise<void> {
    const { ownerId, collectionId } = ref;
    const [document] = await this.database.query<{ searchable_version: number | null }>(sql.lockDocument, [
      ownerId,
      ref.documentId,
    ]);
    // What no search sees is in no statistics.
    const counted = document?.searchable_version === ref.version;
    if (counted) await this.database.execute(lockStatistics, [collectionId, ownerId]);
    const locked = await this.database.query<{ id: string }>(sql.lockChunks, [
      ownerId,
      [...termsOf.keys()],
      outdated,
    ]);
    const ids = locked.map(({ id }) => id);
    if (counted) await this.shift(ref, ids, -1);
    await this.database.execute(sql.replaceTerms, [
      ownerId,
      this.tokenizer.version,
      ids,
      ids.map((id) => toTsvectorLiteral(termsOf.get(id)!, collectionId)),
      ids.map((id) => termsOf.get(id)!.length),
    ]);
    if (counted) await this.shift(ref, ids, 1);
  }

  private async shift({ ownerId, collectionId }: VersionRef, ids: string[], by: 1 | -1): Promise<void> {
    const parameters = [ownerId, collectionId, ids, by];
    await this.database.execute(sql.shiftTermTotal, parameters);
    await this.database.execute(sql.shiftTermsOfChunks, [...parameters, collectionMark + collectionId]);
  }
}
