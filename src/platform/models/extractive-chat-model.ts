import { Injectable } from '@nestjs/common';
import { splitSentences } from '../../shared/sentences.js';
import { meaningfulTerms } from '../../shared/term-overlap.js';
import { rankByWords } from '../../shared/word-ranking.js';
import { Tokenizer } from '../text/tokenizer.port.js';
import { ChatModel, type ChatChunk, type ChatRequest, type ModelPassage } from './chat-model.port.js';

const mostQuotes = 4;
/** Quotes this far below the best say something else. */
const leastScoreShare = 0.4;
/** A sentence must touch this share of the question's words, or it only shares its grammar. */
const leastCoverage = 0.3;
/** What each place further down in the retrieval's order takes off: the passages come best first. */
const rankDiscount = 0.08;
/** Questions whose answer is a number, and what a sentence without one loses then. */
const asksForNumber =
  /how (?:much|many|long|old|large|big|far|often)|what (?:year|date|number|percentage)|when |몇|얼마|언제|년도/iu;
const numberless = 0.25;
/** A quote stays below what a citation may hold. */
const quoteLength = 276;

const texts = {
  ko: {
    documents: '설정된 언어 모델이 없어, 문서에서 질문에 가장 가까운 문장을 그대로 옮깁니다.',
    page: '설정된 언어 모델이 없어, 이 페이지에서 질문에 가장 가까운 문장을 그대로 옮깁니다.',
    nothing: '설정된 언어 모델이 없어 문장을 그대로 옮길 수만 있는데, 질문에 맞는 문장을 찾지 못했습니다.',
    plain:
      '설정된 언어 모델이 없어 이 질문에 답할 수 없습니다. 문서에서 답을 찾는 것은 지금도 할 수 있습니다.',
  },
  en: {
    documents:
      'No language model is configured, so here are the sentences of your documents that come closest:',
    page: 'No language model is configured, so here are the sentences of this page that come closest:',
    nothing:
      'No language model is configured, so sentences can only be quoted, and none was found that fits the question.',
    plain:
      'No language model is configured, so this question cannot be answered. Finding answers in documents still works.',
  },
};

interface Quote {
  passage: ModelPassage;
  /** The whole sentence that `text` is of. */
  sentence: string;
  text: string;
  score: number;
}

/** What would read as a mark or open a code span does not belong to the quoted words. */
const quotable = (text: string): string =>
  text
    .replace(/\[[\d\s,]*\]|`+|~{3,}/g, '')
    .replace(/^\s*(?:[-*+>#•]+|\d{1,3}[.)])\s+/, '')
    .replace(/\s+/g, ' ')
    .trim();

/** The sentence; a long one as windows that overlap by half and show where they are cut. */
function windowsOf(sentence: string): string[] {
  if (sentence.length <= quoteLength) return sentence === '' ? [] : [sentence];
  const windows: string[] = [];
  for (let start = 0; start < sentence.length;) {
    const window = wholeWords(sentence, start);
    const isLast = start + window.length >= sentence.length;
    windows.push(`${start > 0 ? '… ' : ''}${window.trim()}${isLast ? '' : ' …'}`);
    if (isLast) break;
    const next = sentence.indexOf(' ', start + Math.floor(window.length / 2)) + 1;
    start = next > 0 && next <= start + window.length ? next : start + window.length;
  }
  return windows;
}

/** As many characters from `start` as fit, cut behind a word, or inside one that alone is too long. */
function wholeWords(text: string, start: number): string {
  const window = text.slice(start, start + quoteLength);
  const end = start + quoteLength < text.length ? window.lastIndexOf(' ') : -1;
  if (end > 0) return window.slice(0, end);
  return /[\uD800-\uDBFF]$/.test(window) ? window.slice(0, -1) : window;
}

/**
 * The model of an installation without one: quotes the sentences that fit the question best, each with its mark,
 * and says that it can do no more.
 */
@Injectable()
export class ExtractiveChatModel extends ChatModel {
  readonly name = 'extractive';
  readonly generative = false;

  constructor(private readonly tokenizer: Tokenizer) {
    super();
  }

  async *stream(request: ChatRequest): AsyncGenerator<ChatChunk> {
    const text = texts[request.language];
    if (!request.grounding) {
      yield { type: 'text', text: text.plain };
      return;
    }
    const quotes = await this.quotesFor(request);
    request.signal.throwIfAborted();
    if (quotes.length === 0) {
      yield { type: 'text', text: text.nothing };
      return;
    }
    yield { type: 'text', text: `${text[request.grounding]}\n` };
    for (const { text: quoted, passage } of quotes) {
      request.signal.throwIfAborted();
      yield { type: 'text', text: `\n- “${quoted}” [${passage.number}]` };
    }
  }

  private async quotesFor({ question, passages }: ChatRequest): Promise<Quote[]> {
    const words = meaningfulTerms(question, (text) => this.tokenizer.terms(text));
    const candidates = passages.flatMap((passage) =>
      splitSentences(passage.text).flatMap(({ start, end }) => {
        const sentence = quotable(passage.text.slice(start, end));
        return windowsOf(sentence).map((text) => ({ passage, sentence, text }));
      }),
    );
    const fits = rankByWords(words, await this.termsOf(candidates));
    const wantsNumber = asksForNumber.test(question);
    const ranked = candidates
      .map((candidate, index) => ({ ...candidate, ...fits[index]! }))
      .filter(({ coverage }) => coverage >= leastCoverage)
      .map((quote) => ({ ...quote, score: quote.score * trust(quote, wantsNumber) }))
      .toSorted((a, b) => b.score - a.score);
    const least = (ranked[0]?.score ?? 0) * leastScoreShare;
    return withoutRepeats(ranked.filter(({ score }) => score >= least)).slice(0, mostQuotes);
  }

  /** A sentence stands under its headings, which often name what it is about. */
  private async termsOf(candidates: Pick<Quote, 'passage' | 'text'>[]): Promise<string[][]> {
    return this.tokenizer.termsOfMany(
      candidates.map(({ passage, text }) => [...passage.headings, text].join('\n')),
    );
  }
}

const trust = ({ passage, text }: Pick<Quote, 'passage' | 'text'>, wantsNumber: boolean): number =>
  (1 - rankDiscount * (passage.number - 1)) * (wantsNumber && !/\d/.test(text) ? 1 - numberless : 1);

/** Overlapping passages hold the same sentence twice, and a long sentence has several windows. */
const withoutRepeats = (quotes: Quote[]): Quote[] => {
  const seen = new Set<string>();
  return quotes.filter(({ sentence }) => !seen.has(sentence) && seen.add(sentence));
};
