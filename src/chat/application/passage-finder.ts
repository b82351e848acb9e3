import { Injectable } from '@nestjs/common';
import type { Passage } from '../../knowledge/application/passage.js';
import { SearchPassages } from '../../knowledge/application/search-passages.port.js';
import { AnsweringConfig } from '../../platform/config/answering.config.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import type { Caller } from '../../shared/caller.js';
import type { CitablePassage } from '../domain/citable-passage.js';
import type { Conversation } from '../domain/conversation.js';
import { isRelevantEnough } from '../domain/relevance-policy.js';
import type { AnswerMode, PageText } from '../domain/message.js';
import { pagePassages } from './page-passages.js';

export interface PassageNeed {
  caller: Caller;
  conversation: Pick<Conversation, 'collectionIds'>;
  question: { content: string };
  mode: AnswerMode;
  page: PageText | null;
  filter: unknown;
}

export interface FoundPassages {
  /** Best first. */
  passages: CitablePassage[];
  /** The same, as searches answer them; empty outside knowledge mode. */
  retrieved: Passage[];
  trace: Record<string, unknown> | null;
}

/** What an answer may rest on: passages of the documents, pieces of the page, or nothing. */
@Injectable()
export class PassageFinder {
  constructor(
    private readonly search: SearchPassages,
    private readonly tokenizer: Tokenizer,
    private readonly config: AnsweringConfig,
  ) {}

  async find(need: PassageNeed): Promise<FoundPassages> {
    switch (need.mode) {
      case 'plain':
        return { passages: [], retrieved: [], trace: null };
      case 'page': {
        const page = need.page ?? { url: null, title: null, text: '' };
        const passages = await pagePassages(page, need.question.content, this.tokenizer);
        return { passages, retrieved: [], trace: null };
      }
      case 'knowledge':
        return this.searchDocuments(need);
    }
  }

  private async searchDocuments(need: PassageNeed): Promise<FoundPassages> {
    const result = await this.search.search(need.caller, {
      query: need.question.content,
      collectionIds: need.conversation.collectionIds ?? undefined,
      limit: this.config.passages,
      filter: need.filter ?? undefined,
      trace: true,
    });
    const trace = result.trace ?? null;
    const thresholds = {
      leastCoverage: this.config.leastCoverage,
      leastSimilarity: this.config.leastSimilarity ?? null,
    };
    if (!isRelevantEnough(result.relevance ?? null, thresholds))
      return { passages: [], retrieved: [], trace: { ...trace, abstained: thresholds } };
    return { passages: result.passages.map(fromDocument), retrieved: result.passages, trace };
  }
}

const fromDocument = (passage: Passage): CitablePassage => ({
  source: 'document',
  passageId: passage.id,
  documentId: passage.documentId,
  documentVersion: passage.documentVersion,
  title: passage.documentTitle,
  headings: passage.headings,
  page: passage.page,
  context: passage.context,
  text: passage.text,
  charStart: passage.charStart,
});
