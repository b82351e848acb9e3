import { Injectable } from '@nestjs/common';
import { KnowledgeAccess } from '../../knowledge/application/knowledge-access.port.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import { citationOf, type CitablePassage } from '../domain/citable-passage.js';
import type { CitationSource } from '../domain/citation-book.js';
import { findQuote } from '../domain/quote.js';

export type MarkVerdict =
  | { kept: true; number: number; source: CitationSource }
  | { kept: false; number: number; reason: 'not-retrieved' | 'not-supported' | 'not-visible' };

/** Decides about the marks of an answer at the moment they would be shown. */
@Injectable()
export class MarkVerifier {
  constructor(
    private readonly knowledge: KnowledgeAccess,
    private readonly tokenizer: Tokenizer,
  ) {}

  /** @param numbers as the prompt gave them: passage n is `passages[n - 1]`. */
  async verify(
    ownerId: string,
    passages: CitablePassage[],
    claim: string,
    numbers: number[],
  ): Promise<MarkVerdict[]> {
    const verdicts = numbers.map((number) => this.judge(passages[number - 1], claim, number));
    const documentIds = verdicts.flatMap((verdict) =>
      verdict.kept && verdict.source.documentId !== null ? [verdict.source.documentId] : [],
    );
    if (documentIds.length === 0) return verdicts;
    const visible = await this.knowledge.visibleDocuments(ownerId, [...new Set(documentIds)]);
    return verdicts.map((verdict) => {
      if (!verdict.kept || verdict.source.documentId === null) return verdict;
      if (visible.has(verdict.source.documentId)) return verdict;
      return { kept: false, number: verdict.number, reason: 'not-visible' };
    });
  }

  private judge(passage: CitablePassage | undefined, claim: string, number: number): MarkVerdict {
    if (!passage) return { kept: false, number, reason: 'not-retrieved' };
    for (const piece of [passage, ...passage.around]) {
      const quote = findQuote(claim, piece.text, (text) => this.tokenizer.terms(text));
      if (!quote) continue;
      return { kept: true, number, source: citationOf(passage, piece, quote.start, quote.end) };
    }
    return { kept: false, number, reason: 'not-supported' };
  }
}
