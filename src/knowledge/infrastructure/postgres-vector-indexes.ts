import { createHash } from 'node:crypto';
import pg from 'pg';
import type { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import type { Database } from '../../platform/database/database.js';
import type { DatabaseConnection } from '../../platform/database/database-connection.js';
import type { Logger } from '../../platform/logging/logger.port.js';
import {
  VectorIndexes,
  type VectorIndexState,
  type VectorSpace,
} from '../application/vector-indexes.port.js';
import {
  beforeAll,
  contiguousRanges,
  rangesToReplace,
  rowsThatFit,
  type IndexedRange,
} from '../domain/vector-index-ranges.js';
import * as sql from './vector-index.sql.js';

/** The most dimensions that pgvector indexes of a `halfvec`. */
const maxDimensions = 4_000;

interface IndexRow extends IndexedRange {
  /** Null: nobody knows what it is for. */
  model: string | null;
  dimensions: number;
  valid: boolean;
}

interface Fresh {
  rows: number;
  /** Null when there are none. */
  last: string | null;
}

/**
 * HNSW indexes, built beside the traffic by one worker at a time. On a session of its own: a build takes minutes, and
 * neither it nor the lock may be in a transaction.
 */
export class PostgresVectorIndexes extends VectorIndexes {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly database: Database,
    private readonly config: Pick<KnowledgeConfig, 'vectorIndexRows' | 'vectorIndexMemoryMb'>,
    private readonly logger: Logger,
  ) {
    super();
  }

  async keep(space: VectorSpace, signal: AbortSignal): Promise<VectorIndexState | undefined> {
    const client = new pg.Client({
      ...this.connection.poolConfig,
      statement_timeout: 0,
      query_timeout: undefined,
    });
    // A connection that breaks also fails the statement that is under way.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ locked: boolean; pid: number }>(sql.tryLock, [sql.lockKey]);
      const { locked, pid } = rows[0]!;
      return locked ? await this.keepUnless(signal, pid, () => this.keepWith(client, space)) : undefined;
    } finally {
      // Ends the session, and the lock with it.
      await client.end();
    }
  }

  private async keepUnless<T>(
    signal: AbortSignal,
    pid: number,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    const cancel = (): void => {
      this.database
        .query('SELECT pg_cancel_backend($1)', [pid])
        .catch((error: unknown) => this.logger.warn('vector-index.not-cancelled', { error }));
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return signal.aborted ? undefined : await work();
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  private async keepWith(client: pg.Client, space: VectorSpace): Promise<VectorIndexState> {
    await client.query(sql.prepareSession, [`${this.config.vectorIndexMemoryMb}MB`]);
    const limits = {
      minRows: this.config.vectorIndexRows,
      maxRows: rowsThatFit(this.config.vectorIndexMemoryMb, space.dimensions),
    };
    for (;;) {
      const chain = await this.removeUseless(client, space);
      const after = chain.at(-1)?.until ?? beforeAll;
      const { rows } = await client.query<Fresh>(sql.countAfter, [space.model, after, limits.maxRows]);
      const fresh = rows[0]!;
      const replaced =
        space.dimensions > maxDimensions ? undefined : rangesToReplace(chain, fresh.rows, limits);
      if (replaced === undefined) return { indexed: sumOf(chain), scanned: fresh.rows };
      const old = chain.slice(chain.length - replaced);
      await this.build(client, space, {
        after: old[0]?.after ?? after,
        until: fresh.last!,
        rows: fresh.rows + sumOf(old),
      });
    }
  }

  /** @returns what searches for this model rely on, oldest first. */
  private async removeUseless(client: pg.Client, space: VectorSpace): Promise<IndexRow[]> {
    const { rows } = await client.query<IndexRow>(sql.listIndexes);
    const ofModel = rows.filter(
      ({ model, dimensions, valid }) => valid && model === space.model && dimensions === space.dimensions,
    );
    const chain = contiguousRanges(ofModel);
    for (const index of rows) {
      if (!index.valid || index.model === null) await this.drop(client, index.name, 'unfinished');
      else if (ofModel.includes(index)) {
        if (!chain.includes(index)) await this.drop(client, index.name, 'replaced');
      } else if (index.model === space.model || !(await hasVectors(client, index.model)))
        await this.drop(client, index.name, 'unused');
    }
    if (chain.length === 0 || (await hasVectors(client, space.model))) return chain;
    for (const { name } of chain) await this.drop(client, name, 'unused');
    return [];
  }

  private async build(
    client: pg.Client,
    { model, dimensions }: VectorSpace,
    range: Omit<IndexedRange, 'name'>,
  ): Promise<void> {
    const name = sql.namePrefix + digest(model, String(dimensions), range.after, range.until);
    const startedAt = performance.now();
    this.logger.info('vector-index.building', { index: name, model, vectors: range.rows });
    await client.query(sql.recordIndex, [name, model, dimensions, range.after, range.until, range.rows]);
    await runGenerated(client, sql.buildStatement(dimensions), [name, model, range.after, range.until]);
    const durationMs = Math.round(performance.now() - startedAt);
    this.logger.info('vector-index.built', { index: name, model, vectors: range.rows, durationMs });
  }

  /** What is forgotten first is no longer searched when it goes. */
  private async drop(client: pg.Client, name: string, why: string): Promise<void> {
    await client.query(sql.forgetIndex, [name]);
    await runGenerated(client, sql.dropStatement, [name]);
    this.logger.info('vector-index.dropped', { index: name, why });
  }
}

async function hasVectors(client: pg.Client, model: string): Promise<boolean> {
  const { rows } = await client.query<{ has: boolean }>(sql.hasVectors, [model]);
  return rows[0]!.has;
}

/** Statements of this kind take no parameters: the server writes their text first. */
async function runGenerated(client: pg.Client, generator: string, parameters: unknown[]): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(generator, parameters);
  await client.query(rows[0]!.statement);
}

const sumOf = (ranges: IndexedRange[]): number => ranges.reduce((sum, { rows }) => sum + rows, 0);

const digest = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 20);
