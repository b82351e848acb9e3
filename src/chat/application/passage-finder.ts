import { Injectable } from '@nestjs/common';
import type { Passage } from '../../knowledge/application/passage.js';
import { PassageNeighbours } from '../../knowledge/application/passage-neighbours.port.js';
import { AnsweringConfig } from '../../platform/config/answering.config.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import type { Caller } from '../../shared/caller.js';
import type { CitablePassage } from '../domain/citable-passage.js';
import type { Exchange } from '../domain/context-policy.js';
import type { Conversation } from '../domain/conversation.js';
import { repeatedPassages } from '../domain/near-duplicates.js';
import type { AnswerMode, PageText } from '../domain/message.js';
import type { Neighbour } from '../domain/widen-passages.js';
import { QuestionRewriter } from './question-rewriter.js';
import { pagePassages } from './page-passages.js';
import { RelevantSearch } from './relevant-search.js';

/** Asked for beyond what is wanted, to make up for repeated ones. */
const spareForRepeats = 10;
/** Of one search. */
const mostPassages = 100;

/** Why a passage that was found is not in the prompt; for the trace. */
interface DroppedPassage {
  passageId: string;
  reason: string;
  of?: string;
}

export interface PassageNeed {
  caller: Caller;
  conversation: Pick<Conversation, 'collectionIds'>;
  question: { content: string };
  /** What was said before it, oldest first. */
  exchanges: Exchange[];
  mode: AnswerMode;
  page: PageText | null;
  filter: unknown;
}

export interface FoundPassages {
  /** Best first. */
  passages: CitablePassage[];
  /** The same, as searches answer them; empty outside knowledge mode. */
  retrieved: Passage[];
  /** Of each passage, for where the budget leaves room. */
  neighbours: Neighbour[][];
  /** What was searched for; the question itself unless it leans on the turns before. */
  query: string;
  trace: Record<string, unknown> | null;
}

/** What an answer may rest on: passages of the documents, pieces of the page, or nothing. */
@Injectable()
export class PassageFinder {
  constructor(
    private readonly search: RelevantSearch,
    private readonly surroundings: PassageNeighbours,
    private readonly rewriter: QuestionRewriter,
    private readonly tokenizer: Tokenizer,
    private readonly config: AnsweringConfig,
  ) {}

  async find(need: PassageNeed): Promise<FoundPassages> {
    switch (need.mode) {
      case 'plain':
        return { ...nothing(null), query: need.question.content };
      case 'page': {
        const page = need.page ?? { url: null, title: null, text: '' };
        const passages = await pagePassages(page, need.question.content, this.tokenizer);
        return { ...nothing(null), passages, query: need.question.content };
      }
      case 'knowledge':
        return this.searchDocuments(need);
    }
  }

  private async searchDocuments(need: PassageNeed): Promise<FoundPassages> {
    const followUp = await this.rewriter.standalone({
      caller: need.caller,
      collectionIds: need.conversation.collectionIds ?? undefined,
      content: need.question.content,
      exchanges: need.exchanges,
    });
    const { query } = followUp;
    const { result, abstained } = await this.search.search(need.caller, {
      query,
      collectionIds: need.conversation.collectionIds ?? undefined,
      limit: Math.min(this.config.passages + spareForRepeats, mostPassages),
      filter: need.filter ?? undefined,
      trace: true,
    });
    const trace = { ...result.trace, followUp: followUp.trace };
    if (abstained) return { ...nothing({ ...trace, abstained }), query };
    const { kept: retrieved, dropped } = await this.withoutRepeats(query, result.passages);
    return {
      passages: retrieved.map(fromDocument),
      retrieved,
      query,
      neighbours: await this.neighboursOf(need.caller.ownerId, retrieved),
      trace: { ...trace, dropped },
    };
  }

  private async withoutRepeats(
    question: string,
    passages: Passage[],
  ): Promise<{ kept: Passage[]; dropped: DroppedPassage[] }> {
    const terms = await this.tokenizer.termsOfMany([question, ...passages.map(({ text }) => text)]);
    const repeated = repeatedPassages(terms[0]!, terms.slice(1));
    const dropped = passages.flatMap(({ id }, index) => {
      const of = repeated[index];
      return typeof of === 'number'
        ? [{ passageId: id, reason: 'near-duplicate', of: passages[of]!.id }]
        : [];
    });
    const kept = passages.filter((_, index) => repeated[index] === null);
    return { kept: kept.slice(0, this.config.passages), dropped };
  }

  private async neighboursOf(ownerId: string, passages: Passage[]): Promise<Neighbour[][]> {
    const ids = passages.map(({ id }) => id);
    const found = await this.surroundings.around(ownerId, ids, this.config.neighbours);
    return ids.map((id) =>
      found
        .filter(({ ofId }) => ofId === id)
        .map(({ id: passageId, distance, text, page, charStart }) => ({
          passageId,
          distance,
          text,
          page,
          charStart,
        })),
    );
  }
}

const nothing = (trace: Record<string, unknown> | null): Omit<FoundPassages, 'query'> => ({
  passages: [],
  retrieved: [],
  neighbours: [],
  trace,
});

const fromDocument = (passage: Passage): CitablePassage => ({
  source: 'document',
  passageId: passage.id,
  documentId: passage.documentId,
  documentVersion: passage.documentVersion,
  title: passage.documentTitle,
  headings: passage.headings,
  page: passage.page,
  context: passage.context,
  around: [],
  text: passage.text,
  charStart: passage.charStart,
});
