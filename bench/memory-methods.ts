import type { ImportedMessage } from '../src/chat/application/import-history.service.js';
import { RecalledBlock } from '../src/chat/domain/recalled-block.js';
import { recalledLines } from '../src/chat/domain/recalled-lines.js';
import { TokenBudget } from '../src/chat/domain/token-budget.js';
import type { Tokenizer } from '../src/platform/text/tokenizer.port.js';
import { languageOf } from '../src/shared/language.js';
import { splitSentences } from '../src/shared/sentences.js';
import { rankByTerms } from '../src/shared/term-ranking.js';
import { counter, prompts } from './memory-harness.js';

/** What a way of remembering puts before the model: its tokens all in all, and which turns stand there in full. */
export interface Shown {
  tokens: number;
  turns: Set<number>;
}

export interface Method {
  name: string;
  /** Those that know no budget do as they always do. */
  shows(question: string, budgetTokens: number): Shown;
}

const lineOf = ({ name, content }: ImportedMessage): string => (name ? `${name}: ${content}` : content);

/** Of what a neighbour and of what the session's words count; the best of those tried on the first three conversations. */
const neighbourShare = 0.5;
const sessionShare = 0.5;
const pauseMs = 60 * 60 * 1_000;
const noNonce = '0'.repeat(16);

/** The ways that the product is held against, over one conversation. */
export class Baselines {
  private readonly lines: string[];
  private readonly tokens: number[];
  private readonly terms: string[][];
  private readonly sessionOf: number[] = [];
  private readonly sessionTerms: string[][] = [];
  private lastRanked?: { question: string; order: number[] };
  private condensed?: Shown;

  constructor(
    private readonly turns: ImportedMessage[],
    /** What the summary says in the end. */
    private readonly summary: string,
    private readonly tokenizer: Tokenizer,
  ) {
    this.lines = turns.map(lineOf);
    this.tokens = this.lines.map((line) => counter.count(line));
    this.terms = this.lines.map((line) => tokenizer.terms(line));
    for (const [at, { createdAt }] of turns.entries()) {
      const before = turns[at - 1]?.createdAt;
      if (!before || createdAt!.getTime() - before.getTime() >= pauseMs) this.sessionTerms.push([]);
      this.sessionOf.push(this.sessionTerms.length - 1);
      this.sessionTerms.at(-1)!.push(...this.terms[at]!);
    }
  }

  get methods(): Method[] {
    return [
      { name: 'full history', shows: (question) => this.fullHistory(question) },
      { name: "the original's scheme", shows: (question) => this.condensedAnswers(question) },
      { name: 'summary only', shows: (question) => this.summaryOnly(question) },
      {
        name: 'BM25 + neighbours + session',
        shows: (question, budgetTokens) => this.retrieved(question, budgetTokens),
      },
    ];
  }

  private fixedTokens(question: string): number {
    return (
      counter.count(prompts.get('answer-plain', languageOf(question), {}).text) + counter.count(question)
    );
  }

  private fullHistory(question: string): Shown {
    const tokens = this.tokens.reduce((sum, count) => sum + count, this.fixedTokens(question));
    return { tokens, turns: new Set(this.turns.keys()) };
  }

  /** Every answer replaced by its first three sentences, all that the user said in full. */
  private condensedAnswers(question: string): Shown {
    const { tokens, turns } = (this.condensed ??= this.condense());
    return { tokens: tokens + this.fixedTokens(question), turns };
  }

  private condense(): Shown {
    const shown: Shown = { tokens: 0, turns: new Set() };
    for (const [at, { role, content }] of this.turns.entries()) {
      const third = role === 'assistant' ? splitSentences(content)[2] : undefined;
      const kept = third ? content.slice(0, third.end) : content;
      if (kept.length >= content.trimEnd().length) shown.turns.add(at);
      shown.tokens += counter.count(lineOf({ ...this.turns[at]!, content: kept }));
    }
    return shown;
  }

  /** A turn counts where the summary has it word for word. */
  private summaryOnly(question: string): Shown {
    const held = this.turns.flatMap(({ content }, at) => (this.summary.includes(content) ? [at] : []));
    return { tokens: this.fixedTokens(question) + counter.count(this.summary), turns: new Set(held) };
  }

  /** The turns that score best, in the product's own block and at the same total budget. */
  private retrieved(question: string, budgetTokens: number): Shown {
    const fixed = this.fixedTokens(question);
    const language = languageOf(question);
    const budget = new TokenBudget(budgetTokens - fixed, counter);
    const ranked = this.rank(question);
    const block = new RecalledBlock(
      {
        turns: ranked.map((at) => ({ messageId: String(at), tokens: this.tokens[at]! })),
        fit: 1,
        render: (kept) => {
          const turns = kept.map((place) => ({
            ...this.turns[ranked[place]!]!,
            id: String(ranked[place]).padStart(6, '0'),
            name: this.turns[ranked[place]!]!.name ?? null,
            createdAt: this.turns[ranked[place]!]!.createdAt!,
          }));
          const lines = recalledLines(turns, language);
          return prompts.get('context-recalled', language, { nonce: noNonce, turns: lines }).text;
        },
      },
      budget,
    );
    block.fill(new Set(), budget.left);
    return { tokens: budgetTokens - budget.left, turns: new Set(block.messageIds.map(Number)) };
  }

  private rank(question: string): number[] {
    if (this.lastRanked?.question !== question)
      this.lastRanked = { question, order: this.orderFor(question) };
    return this.lastRanked.order;
  }

  private orderFor(question: string): number[] {
    const terms = this.tokenizer.terms(question);
    const own = rankByTerms(terms, this.terms);
    const sessions = rankByTerms(terms, this.sessionTerms);
    const scores = own.map(
      (score, at) =>
        score +
        neighbourShare * ((own[at - 1] ?? 0) + (own[at + 1] ?? 0)) +
        sessionShare * sessions[this.sessionOf[at]!]!,
    );
    return [...scores.keys()]
      .filter((at) => scores[at]! > 0)
      .toSorted((a, b) => scores[b]! - scores[a]! || a - b);
  }
}
