import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import type { Passage } from '../application/passage.js';
import {
  PassageSearch,
  type LexicalQuery,
  type SearchScope,
  type VectorAnswer,
  type VectorQuery,
} from '../application/passage-search.port.js';
import type { LexicalStatistics, WeightedTerm } from '../domain/bm25.js';
import type { ScoredChunk } from '../domain/fusion.js';
import type { FeedbackTerm } from '../domain/relevance-feedback.js';
import { toSqlCondition } from './metadata-filter-sql.js';
import * as sql from './passage-search.sql.js';
import { PgvectorVectorArm, vectorParameters } from './pgvector-vector-arm.js';
import { toMatchTsquery, toTermTsquery } from './tsvector-literal.js';

/** Candidates whose BM25 is computed exactly. */
const exactCandidates = 200;
/**
 * Matches of the question's terms, rarest first, until there are about so many: a chunk that has none of the
 * rarer terms does not come before one that has. Bounds what a question of everyday words costs.
 */
const maxMatches = 2_000;

interface PassageRow {
  id: string;
  document_id: string;
  version: number;
  title: string;
  collection_id: string;
  text: string;
  context: string;
  headings: string[];
  page: number | null;
  char_start: number;
  char_end: number;
}

/** BM25 over our own terms beside pgvector. The statements: `passage-search.sql.ts`. */
@Injectable()
export class PgvectorPassageSearch extends PassageSearch {
  private readonly vectors: PgvectorVectorArm;

  constructor(
    private readonly database: Database,
    private readonly transaction: Transaction,
  ) {
    super();
    this.vectors = new PgvectorVectorArm(database, transaction);
  }

  async listCollections(ownerId: string, collectionIds?: string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(sql.listCollections, [
      ownerId,
      collectionIds ?? null,
    ]);
    return rows.map(({ id }) => id);
  }

  async statistics(ownerId: string, collectionIds: string[], terms: string[]): Promise<LexicalStatistics> {
    const [counts] = await this.database.query<{ chunk_count: number; term_total: number }>(sql.chunkCounts, [
      ownerId,
      collectionIds,
    ]);
    const rows = await this.database.query<{ term: string; containing: number }>(sql.termCounts, [
      ownerId,
      collectionIds,
      terms,
    ]);
    const chunkCount = counts?.chunk_count ?? 0;
    return {
      chunkCount,
      averageLength: counts && chunkCount > 0 ? counts.term_total / chunkCount : 0,
      containing: new Map(rows.map(({ term, containing }) => [term, containing])),
    };
  }

  async lexical(scope: SearchScope, query: LexicalQuery, limit: number): Promise<ScoredChunk[]> {
    const filter = toSqlCondition(scope.filter, sql.lexicalFilterFrom);
    return this.search(sql.searchLexical(filter.text), [
      ...lexicalParameters(scope, query),
      toMatchTsquery(scope.collectionIds, rarerTerms(query.terms)),
      query.terms.map(({ term }) => toTermTsquery(term)),
      Math.max(exactCandidates, limit),
      limit,
      ...filter.parameters,
    ]);
  }

  vector(scope: SearchScope, query: VectorQuery, limit: number): Promise<VectorAnswer> {
    return this.vectors.nearest(scope, query, limit);
  }

  async lexicalScores(scope: SearchScope, query: LexicalQuery, ids: string[]): Promise<ScoredChunk[]> {
    const filter = toSqlCondition(scope.filter, sql.lexicalScoresFilterFrom);
    return this.database.query<ScoredChunk>(sql.scoreLexical(filter.text), [
      ...lexicalParameters(scope, query),
      ids,
      ...filter.parameters,
    ]);
  }

  async feedbackTerms(
    scope: SearchScope,
    passages: ScoredChunk[],
    { limit, mostContaining }: { limit: number; mostContaining: number },
  ): Promise<FeedbackTerm[]> {
    const filter = toSqlCondition(scope.filter, sql.feedbackTermsFilterFrom);
    return this.database.query<FeedbackTerm>(sql.feedbackTerms(filter.text), [
      scope.ownerId,
      scope.collectionIds,
      passages.map(({ id }) => id),
      passages.map(({ score }) => score),
      mostContaining,
      limit,
      ...filter.parameters,
    ]);
  }

  async vectorScores(scope: SearchScope, query: VectorQuery, ids: string[]): Promise<ScoredChunk[]> {
    const filter = toSqlCondition(scope.filter, sql.vectorScoresFilterFrom);
    return this.database.query<ScoredChunk>(sql.scoreVector(filter.text), [
      ...vectorParameters(scope, query),
      ids,
      ...filter.parameters,
    ]);
  }

  async load(scope: SearchScope, ids: string[]): Promise<Omit<Passage, 'score' | 'scores'>[]> {
    const filter = toSqlCondition(scope.filter, sql.loadFilterFrom);
    const rows = await this.database.query<PassageRow>(sql.loadPassages(filter.text), [
      scope.ownerId,
      scope.collectionIds,
      ids,
      ...filter.parameters,
    ]);
    return rows.map(toPassage);
  }

  private search(statement: string, parameters: unknown[]): Promise<ScoredChunk[]> {
    return this.transaction.run(async () => {
      await this.database.query(sql.planForSearch);
      return this.database.query<ScoredChunk>(statement, parameters);
    });
  }
}

const lexicalParameters = (scope: SearchScope, query: LexicalQuery): unknown[] => [
  scope.ownerId,
  scope.collectionIds,
  query.terms.map(({ term }) => term),
  query.terms.map(({ weight }) => weight),
  query.averageLength,
];

function rarerTerms(terms: WeightedTerm[]): string[] {
  const rarestFirst = terms.toSorted((a, b) => a.containing - b.containing);
  let matches = 0;
  const rarer = rarestFirst.filter(({ containing }, position) => {
    matches += containing;
    return position === 0 || matches <= maxMatches;
  });
  return rarer.map(({ term }) => term);
}

const toPassage = (row: PassageRow): Omit<Passage, 'score' | 'scores'> => ({
  id: row.id,
  documentId: row.document_id,
  documentVersion: row.version,
  documentTitle: row.title,
  collectionId: row.collection_id,
  text: row.text,
  context: row.context,
  headings: row.headings,
  page: row.page,
  charStart: row.char_start,
  charEnd: row.char_end,
});
