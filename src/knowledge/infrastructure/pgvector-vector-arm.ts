import type { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.port.js';
import type { SearchScope, VectorAnswer, VectorQuery } from '../application/passage-search.port.js';
import type { ScoredChunk } from '../domain/fusion.js';
import { beforeAll, contiguousRanges, type IndexedRange } from '../domain/vector-index-ranges.js';
import { planVectorSearch, type VectorEstimate, type VectorPlan } from '../domain/vector-plan.js';
import { toSqlCondition } from './metadata-filter-sql.js';
import * as passages from './passage-search.sql.js';
import { toScaledHalfvec } from '../../platform/database/scaled-halfvec.js';
import * as sql from './vector-search.sql.js';

/** Up to so many chunks are scanned without asking what else there is. */
const alwaysScanned = 2_000;

interface NearestRow extends ScoredChunk {
  certain: boolean;
  whole: boolean;
}

export interface VectorSearch {
  scope: SearchScope;
  query: VectorQuery;
  limit: number;
  indexes: IndexedRange[];
}

/** The nearest chunks, by an approximate index or exactly, whichever is cheaper: `vector-plan.ts`. */
export class PgvectorVectorArm {
  constructor(
    private readonly database: Database,
    private readonly transaction: Transaction,
  ) {}

  nearest(scope: SearchScope, query: VectorQuery, limit: number): Promise<VectorAnswer> {
    return this.transaction.run(async () => {
      const small = query.chunksInScope <= alwaysScanned;
      const indexes = small ? [] : await this.usableIndexes(query);
      const estimate: VectorEstimate = {
        limit,
        chunksInScope: query.chunksInScope,
        matchingShare: scope.filter === null ? 1 : small ? 0 : await this.matchingShare(scope),
        indexedRows: indexes.map(({ rows }) => rows),
      };
      const tooShort: VectorPlan[] = [];
      for (const plan of planVectorSearch(estimate)) {
        const chunks = await this.run(plan, { scope, query, limit, indexes });
        if (chunks) return { chunks, plan: { ...plan, ...estimate, tooShort } };
        tooShort.push(plan);
      }
      throw new Error('The last plan of a vector search has to find what there is.');
    });
  }

  /** One way, inside a transaction. Undefined: its lists do not tell which are the nearest. */
  async run(plan: VectorPlan, search: VectorSearch): Promise<ScoredChunk[] | undefined> {
    const approximate = plan.method === 'indexed';
    await this.database.query(sql.planForVectors, [approximate, String(plan.depth)]);
    if (plan.method === 'by-document') return this.byDocument(search);
    const rows = await this.fromLists(plan, approximate ? search : { ...search, indexes: [] });
    const certain = rows.filter((row) => row.certain);
    return certain.length === search.limit || certain[0]?.whole ? certain.map(toScored) : undefined;
  }

  private fromLists(plan: VectorPlan, { scope, query, limit, indexes }: VectorSearch): Promise<NearestRow[]> {
    const filter = toSqlCondition(scope.filter, sql.nearestIndexesFrom + 2 * indexes.length);
    const dimensions = indexes.map(() => query.embedding.length);
    return this.database.query<NearestRow>(sql.searchNearest(dimensions, filter.text), [
      ...vectorParameters(scope, query),
      limit,
      plan.depth,
      indexes.at(-1)?.until ?? beforeAll,
      ...indexes.flatMap(({ after, until }) => [after, until]),
      ...filter.parameters,
    ]);
  }

  private byDocument({ scope, query, limit }: VectorSearch): Promise<ScoredChunk[]> {
    const filter = toSqlCondition(scope.filter, passages.vectorFilterFrom);
    return this.database.query<ScoredChunk>(passages.searchVector(filter.text), [
      ...vectorParameters(scope, query),
      limit,
      ...filter.parameters,
    ]);
  }

  async usableIndexes({ model, embedding }: VectorQuery): Promise<IndexedRange[]> {
    const rows = await this.database.query<IndexedRange>(sql.usableIndexes, [model, embedding.length]);
    return contiguousRanges(rows);
  }

  private async matchingShare({ ownerId, collectionIds, filter }: SearchScope): Promise<number> {
    const { text, parameters } = toSqlCondition(filter, sql.sampleFilterFrom);
    const [sample] = await this.database.query<{ documents: number; matching: number }>(
      sql.sampleFilter(text),
      [ownerId, collectionIds, ...parameters],
    );
    return sample && sample.documents > 0 ? sample.matching / sample.documents : 0;
  }
}

const toScored = ({ id, score }: NearestRow): ScoredChunk => ({ id, score });

export const vectorParameters = (scope: SearchScope, query: VectorQuery): unknown[] => [
  scope.ownerId,
  scope.collectionIds,
  query.model,
  toScaledHalfvec(query.embedding),
];
