import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import { newId } from '../../shared/ids.js';
import type { Page, PageRequest } from '../../shared/page.js';
import {
  ChunkIndex,
  type EmbeddedChunk,
  type StoredChunk,
  type VersionRef,
} from '../application/chunk-index.port.js';
import * as sql from './chunk-index.sql.js';
import { toScaledHalfvec } from '../../platform/database/scaled-halfvec.js';
import { collectionMark, toTsvectorLiteral } from './tsvector-literal.js';

const writeBatchSize = 100;
const removeBatchSize = 500;

interface ChunkRow {
  id: string;
  document_id: string;
  version: number;
  ordinal: number;
  text: string;
  context: string;
  headings: string[];
  page: number | null;
  char_start: number;
  char_end: number;
  token_count: number;
}

/** Chunks, lexemes and vectors in PostgreSQL. The statements and what they promise: `chunk-index.sql.ts`. */
@Injectable()
export class PgvectorChunkIndex extends ChunkIndex {
  constructor(
    private readonly database: Database,
    private readonly transaction: Transaction,
    private readonly tokenizer: Tokenizer,
  ) {
    super();
  }

  async write(ref: VersionRef, model: string, chunks: EmbeddedChunk[]): Promise<void> {
    for (let start = 0; start < chunks.length; start += writeBatchSize) {
      await this.writeBatch(ref, model, chunks.slice(start, start + writeBatchSize));
    }
  }

  async publish(ref: VersionRef, previousVersion: number | null): Promise<void> {
    await this.shiftStatistics(ref, ref.version, previousVersion);
    if (previousVersion === null || previousVersion === ref.version) return;
    await this.database.execute(sql.deleteVectors, [ref.ownerId, ref.documentId, previousVersion]);
  }

  async withdraw(ref: VersionRef): Promise<void> {
    await this.shiftStatistics(ref, null, ref.version);
  }

  async remove(ref: VersionRef): Promise<void> {
    const parameters = [ref.ownerId, ref.documentId, ref.version, removeBatchSize];
    let removed: number;
    do {
      removed = await this.database.execute(sql.deleteChunkBatch, parameters);
    } while (removed === removeBatchSize);
  }

  async listByVersion(ref: VersionRef, page: PageRequest): Promise<Page<StoredChunk>> {
    const rows = await this.database.query<ChunkRow>(sql.listChunks, [
      ref.ownerId,
      ref.documentId,
      ref.version,
      page.afterId ?? null,
      page.limit + 1,
    ]);
    const data = rows.slice(0, page.limit).map(toStoredChunk);
    return { data, nextCursor: rows.length > page.limit ? data.at(-1)!.id : null };
  }

  private async writeBatch(ref: VersionRef, model: string, chunks: EmbeddedChunk[]): Promise<void> {
    // Outside the transaction, which holds the embedded database's only session.
    const terms = await this.tokenizer.termsOfMany(chunks.map(({ context, text }) => `${context}\n${text}`));
    await this.transaction.run(async () => {
      const written = await this.database.query<{ id: string; ordinal: number }>(sql.upsertChunks, [
        ref.ownerId,
        ref.collectionId,
        ref.documentId,
        ref.version,
        this.tokenizer.version,
        chunks.map(() => newId()),
        chunks.map((chunk) => chunk.ordinal),
        chunks.map((chunk) => chunk.text),
        chunks.map((chunk) => chunk.context),
        chunks.map((chunk) => JSON.stringify(chunk.headings)),
        chunks.map((chunk) => chunk.page),
        chunks.map((chunk) => chunk.charStart),
        chunks.map((chunk) => chunk.charEnd),
        chunks.map((chunk) => chunk.tokenCount),
        terms.map((ofChunk) => toTsvectorLiteral(ofChunk, ref.collectionId)),
        terms.map((ofChunk) => ofChunk.length),
      ]);
      const vectors = new Map(chunks.map((chunk) => [chunk.ordinal, toScaledHalfvec(chunk.embedding)]));
      await this.database.execute(sql.upsertEmbeddings, [
        ref.ownerId,
        ref.collectionId,
        model,
        written.map(({ id }) => id),
        written.map(({ ordinal }) => vectors.get(ordinal)),
      ]);
    });
  }

  private async shiftStatistics(
    ref: VersionRef,
    added: number | null,
    takenOut: number | null,
  ): Promise<void> {
    if (added === takenOut) return;
    const parameters = [ref.ownerId, ref.collectionId, ref.documentId, added, takenOut];
    await this.transaction.run(async () => {
      await this.database.execute(sql.lockStatistics, [ref.collectionId, ref.ownerId]);
      await this.database.execute(sql.shiftChunkCounts, parameters);
      await this.database.execute(sql.shiftTermCounts, [...parameters, collectionMark + ref.collectionId]);
    });
  }
}

const toStoredChunk = (row: ChunkRow): StoredChunk => ({
  id: row.id,
  documentId: row.document_id,
  version: row.version,
  ordinal: row.ordinal,
  text: row.text,
  context: row.context,
  headings: row.headings,
  page: row.page,
  charStart: row.char_start,
  charEnd: row.char_end,
  tokenCount: row.token_count,
});
