import { Injectable } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { Embedder } from '../../platform/models/embedder.port.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import { AppError } from '../../shared/app-error.js';
import type { Caller } from '../../shared/caller.js';
import { isId } from '../../shared/ids.js';
import { inverseDocumentFrequency, weightTerms, type LexicalStatistics } from '../domain/bm25.js';
import { fuse, type FusedChunk, type ScoredChunk } from '../domain/fusion.js';
import { collectionNotFound } from '../domain/knowledge-errors.js';
import { askedWords, coverageOf, type Relevance } from '../domain/relevance.js';
import { LexicalArm } from './lexical-arm.js';
import { parseFilter } from './parse-filter.js';
import {
  PassageSearch,
  type LexicalQuery,
  type SearchScope,
  type VectorQuery,
} from './passage-search.port.js';
import type { Passage } from './passage.js';
import { SearchPassages, type PassageQuery, type PassageResult } from './search-passages.port.js';
import { SearchTrace } from './search-trace.js';

/** How deep each arm looks before the fusion. */
const candidatesPerArm = 100;
/** A question's terms beyond these, of least weight, change nothing but the cost. */
const maxQueryTerms = 64;
/** Loaded beyond the limit, to make up for repeated texts. */
const spareForRepeats = 20;

/** The best of them tell how near a search came; its thresholds were measured so. */
const judgedPassages = 10;

/** What both arms know about one question. */
interface Preparation {
  scope: SearchScope;
  text: string;
  statistics: LexicalStatistics;
  lexical: LexicalQuery | null;
  trace: SearchTrace;
}

interface VectorArm {
  vector: ScoredChunk[];
  /** Null: nothing was asked. */
  query: VectorQuery | null;
  plan?: Record<string, unknown>;
}

/**
 * Hybrid retrieval: BM25 and vectors side by side, each arm's candidates scored by the other one too, fused by
 * the trust that the embedder claims. A failing embedding service costs the vector arm, not the search.
 */
@Injectable()
export class SearchPassagesService extends SearchPassages {
  constructor(
    private readonly index: PassageSearch,
    private readonly tokenizer: Tokenizer,
    private readonly embedder: Embedder,
    private readonly logger: Logger,
  ) {
    super();
  }

  async search(caller: Caller, query: PassageQuery): Promise<PassageResult> {
    const trace = new SearchTrace();
    const prepared = await this.prepare(caller, query, trace);
    const passages = prepared ? await this.retrieve(prepared, query.limit) : [];
    if (!query.trace) return { passages };
    const relevance = prepared && (await trace.timeAsync('relevance', () => this.judge(prepared, passages)));
    trace.note({ relevance });
    return { passages, relevance, trace: trace.toRecord() };
  }

  private async prepare(
    caller: Caller,
    query: PassageQuery,
    trace: SearchTrace,
  ): Promise<Preparation | null> {
    const text = storable(query.query);
    if (text.trim() === '') throw invalid('/query', 'must not be blank');
    if (query.collectionIds?.length === 0) throw invalid('/collectionIds', 'must not be empty');
    const filter = query.filter === undefined ? null : parseFilter(query.filter);
    const collectionIds = await this.collectionsOf(caller, query.collectionIds);
    if (collectionIds.length === 0) return null;

    const terms = trace.time('tokenize', () => this.tokenizer.terms(text));
    const statistics = await trace.timeAsync('statistics', () =>
      this.index.statistics(caller.ownerId, collectionIds, [...new Set(terms)]),
    );
    if (statistics.chunkCount === 0) return null;
    const weighted = weightTerms(terms, statistics).toSorted((a, b) => b.weight - a.weight);
    const kept = weighted.slice(0, maxQueryTerms);
    trace.note({ terms: kept, chunksInScope: statistics.chunkCount });
    const lexical = kept.length > 0 ? { terms: kept, averageLength: statistics.averageLength } : null;
    const scope = { ownerId: caller.ownerId, collectionIds, filter };
    return { scope, text, statistics, lexical, trace };
  }

  private async judge({ text: question, statistics }: Preparation, found: Passage[]): Promise<Relevance> {
    const passages = found.slice(0, judgedPassages);
    const texts = passages.map(({ context, text }) => `${context}\n${text}`);
    const words = askedWords(question, (text) => this.tokenizer.terms(text));
    const cosines = passages.flatMap(({ scores }) => scores.vector ?? []);
    return {
      coverage: coverageOf(words, await this.tokenizer.termsOfMany(texts), statistics),
      similarity: this.embedder.isLexical || cosines.length === 0 ? null : Math.max(...cosines),
    };
  }

  private async collectionsOf(caller: Caller, wanted: string[] | undefined): Promise<string[]> {
    if (wanted?.every(isId) === false) throw collectionNotFound();
    const found = await this.index.listCollections(caller.ownerId, wanted);
    if (wanted && found.length < new Set(wanted.map((id) => id.toLowerCase())).size)
      throw collectionNotFound();
    return found;
  }

  private async retrieve(prepared: Preparation, limit: number, again = true): Promise<Passage[]> {
    const { trace, scope } = prepared;
    const depth = Math.max(candidatesPerArm, limit);
    const { chunkCount } = prepared.statistics;
    const lexicalArm = new LexicalArm(this.index, trace);
    const [{ scores: lexical, query: words }, { vector, query, plan }] = await Promise.all([
      lexicalArm.search(scope, prepared.lexical, { depth, chunkCount }),
      this.vectorArm(prepared, depth),
    ]);
    const [moreLexical, moreVector] = await trace.timeAsync('completion', () =>
      Promise.all([
        words ? this.index.lexicalScores(scope, words, without(vector, lexical)) : [],
        query ? this.index.vectorScores(scope, query, without(lexical, vector)) : [],
      ]),
    );
    const weight = this.embedder.fusionWeight;
    const fused = fuse([...lexical, ...moreLexical], [...vector, ...moreVector], weight);
    const best = fused.slice(0, limit + spareForRepeats);
    const ids = best.map(({ id }) => id);
    const loaded = await trace.timeAsync('load', () => this.index.load(scope, ids));
    // A document that has switched to another version since the arms looked would be missing.
    if (loaded.length < best.length && again) return this.retrieve(prepared, limit, false);
    trace.note({
      lexical: { candidates: lexical.length, scores: lexical },
      vector: { model: this.embedder.model, plan, candidates: vector.length, scores: vector },
      fusion: { vectorWeight: weight, scores: fused.slice(0, depth) },
    });
    return ranked(best, loaded).slice(0, limit);
  }

  private async vectorArm(prepared: Preparation, depth: number): Promise<VectorArm> {
    if (this.embedder.fusionWeight === 0) return { vector: [], query: null };
    const { trace } = prepared;
    const query = await trace.timeAsync('embed', () => this.embed(prepared));
    if (!query) return { vector: [], query };
    const found = await trace.timeAsync('vector', () => this.index.vector(prepared.scope, query, depth));
    return { vector: found.chunks, query, plan: found.plan };
  }

  /** Null when the embedding service fails: the lexical arm answers alone. Defects of ours still surface. */
  private async embed({ text, statistics, trace }: Preparation): Promise<VectorQuery | null> {
    const termWeight = (term: string): number =>
      inverseDocumentFrequency(statistics.chunkCount, statistics.containing.get(term) ?? 0);
    try {
      const embedding = await this.embedder.embedQuery(text, termWeight);
      return { model: this.embedder.model, embedding, chunksInScope: statistics.chunkCount };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.logger.warn('Question could not be embedded; searching by words alone', {
        code: error.code,
        model: this.embedder.model,
        error,
      });
      trace.note({ degraded: { arm: 'vector', code: error.code } });
      return null;
    }
  }
}

/** In the order of the fusion. Boilerplate that stands on many pages would fill the list with one text: once only. */
function ranked(best: FusedChunk[], loaded: Omit<Passage, 'score' | 'scores'>[]): Passage[] {
  const byId = new Map(loaded.map((passage) => [passage.id, passage]));
  const seen = new Set<string>();
  return best.flatMap(({ id, score, lexical, vector }) => {
    const passage = byId.get(id);
    const text = passage && `${passage.collectionId}\n${passage.text}`;
    if (!passage || seen.has(text!)) return [];
    seen.add(text!);
    return [{ ...passage, score, scores: { lexical, vector } }];
  });
}

const without = (chunks: ScoredChunk[], known: ScoredChunk[]): string[] => {
  const ids = new Set(known.map(({ id }) => id));
  return chunks.map(({ id }) => id).filter((id) => !ids.has(id));
};

/** PostgreSQL stores neither NUL nor half a surrogate pair, so neither can be found. */
const storable = (text: string): string => text.replaceAll('\0', ' ').replaceAll(/\p{Surrogate}/gu, '\uFFFD');

const invalid = (path: string, message: string): AppError =>
  new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message: 'The search is not valid.',
    errors: [{ path, message }],
  });
