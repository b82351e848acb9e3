import {
  PassageSearch,
  type LexicalQuery,
  type SearchScope,
  type VectorAnswer,
  type VectorQuery,
} from '../../src/knowledge/application/passage-search.port.js';
import type { Passage } from '../../src/knowledge/application/passage.js';
import { termSaturation, type LexicalStatistics } from '../../src/knowledge/domain/bm25.js';
import { byScoreThenId, type ScoredChunk } from '../../src/knowledge/domain/fusion.js';
import type { FeedbackTerm } from '../../src/knowledge/domain/relevance-feedback.js';

export interface SearchableChunk {
  id: string;
  ownerId: string;
  collectionId: string;
  text: string;
  /** Absent: not embedded. */
  embedding?: number[];
}

/** Chunks in a list, terms at single spaces. Filters are refused: what they mean is tested where they run. */
export class InMemoryPassageSearch extends PassageSearch {
  readonly chunks: SearchableChunk[] = [];
  /** Owner of each collection. */
  readonly collections = new Map<string, string>();

  add(...chunks: SearchableChunk[]): void {
    for (const chunk of chunks) {
      this.chunks.push(chunk);
      this.collections.set(chunk.collectionId, chunk.ownerId);
    }
  }

  async listCollections(ownerId: string, collectionIds?: string[]): Promise<string[]> {
    return [...this.collections]
      .filter(([id, owner]) => owner === ownerId && (collectionIds?.includes(id) ?? true))
      .map(([id]) => id);
  }

  async statistics(ownerId: string, collectionIds: string[], terms: string[]): Promise<LexicalStatistics> {
    const lists = this.inScope({ ownerId, collectionIds, filter: null }).map(({ text }) => text.split(' '));
    const counts = terms.map((term): [string, number] => [
      term,
      lists.filter((list) => list.includes(term)).length,
    ]);
    return {
      chunkCount: lists.length,
      averageLength: lists.length === 0 ? 0 : lists.flat().length / lists.length,
      containing: new Map(counts.filter(([, containing]) => containing > 0)),
    };
  }

  async lexical(scope: SearchScope, query: LexicalQuery, limit: number): Promise<ScoredChunk[]> {
    const scored = this.inScope(scope).map(({ id, text }) => ({
      id,
      score: scoreOf(text.split(' '), query),
    }));
    const found = scored.filter(({ score }) => score > 0);
    return found.toSorted(byScoreThenId).slice(0, limit);
  }

  async vector(scope: SearchScope, query: VectorQuery, limit: number): Promise<VectorAnswer> {
    const embedded = this.inScope(scope).flatMap(({ id, embedding }) =>
      embedding ? [{ id, embedding }] : [],
    );
    const scored = embedded.map(({ id, embedding }) => ({ id, score: dot(embedding, query.embedding) }));
    return { chunks: scored.toSorted(byScoreThenId).slice(0, limit), plan: { method: 'in-memory' } };
  }

  async lexicalScores(scope: SearchScope, query: LexicalQuery, ids: string[]): Promise<ScoredChunk[]> {
    const all = await this.lexical(scope, query, Number.POSITIVE_INFINITY);
    return all.filter(({ id }) => ids.includes(id));
  }

  async feedbackTerms(
    scope: SearchScope,
    passages: ScoredChunk[],
    { limit, mostContaining }: { limit: number; mostContaining: number },
  ): Promise<FeedbackTerm[]> {
    const shares = new Map<string, number>();
    for (const { id, text } of this.inScope(scope)) {
      const score = passages.find((passage) => passage.id === id)?.score ?? 0;
      const terms = text.split(' ');
      for (const term of score === 0 ? [] : terms)
        shares.set(term, (shares.get(term) ?? 0) + score / terms.length);
    }
    const { containing } = await this.statistics(scope.ownerId, scope.collectionIds, [...shares.keys()]);
    return [...shares]
      .map(([term, share]) => ({ term, share, containing: containing.get(term)! }))
      .filter((term) => term.containing <= mostContaining)
      .toSorted((a, b) => b.share - a.share || (a.term < b.term ? -1 : 1))
      .slice(0, limit);
  }

  async vectorScores(scope: SearchScope, query: VectorQuery, ids: string[]): Promise<ScoredChunk[]> {
    const { chunks } = await this.vector(scope, query, Number.POSITIVE_INFINITY);
    return chunks.filter(({ id }) => ids.includes(id));
  }

  async load(scope: SearchScope, ids: string[]): Promise<Omit<Passage, 'score' | 'scores'>[]> {
    return this.inScope(scope)
      .filter(({ id }) => ids.includes(id))
      .map(({ id, collectionId, text }) => ({
        id,
        collectionId,
        text,
        documentId: `document of ${id}`,
        documentVersion: 1,
        documentTitle: 'Title',
        context: '',
        headings: [],
        page: null,
        charStart: 0,
        charEnd: text.length,
      }));
  }

  private inScope(scope: SearchScope): SearchableChunk[] {
    if (scope.filter) throw new Error('InMemoryPassageSearch does not evaluate filters.');
    return this.chunks.filter(
      ({ ownerId, collectionId }) => ownerId === scope.ownerId && scope.collectionIds.includes(collectionId),
    );
  }
}

const scoreOf = (terms: string[], query: LexicalQuery): number =>
  query.terms.reduce((sum, { term, weight }) => {
    const frequency = terms.filter((other) => other === term).length;
    return sum + weight * termSaturation(frequency, terms.length, query.averageLength);
  }, 0);

const dot = (a: number[], b: Float32Array): number =>
  a.reduce((sum, value, position) => sum + value * (b[position] ?? 0), 0);
