import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { WordRarity } from '../../knowledge/application/word-rarity.port.js';
import { AnsweringConfig } from '../../platform/config/answering.config.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { ChatModel } from '../../platform/models/chat-model.port.js';
import { PromptLibrary } from '../../platform/models/prompt-library.port.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import { AppError } from '../../shared/app-error.js';
import type { Caller } from '../../shared/caller.js';
import { languageOf } from '../../shared/language.js';
import type { Exchange } from '../domain/context-policy.js';
import { isElliptical, questionsMeant } from '../domain/follow-up.js';

export interface AskedQuestion {
  caller: Caller;
  collectionIds: string[] | undefined;
  content: string;
  /** What was said before, oldest first. */
  exchanges: Exchange[];
}

export interface StandaloneQuestion {
  /** What is searched for. */
  query: string;
  /** Null: the question as it was asked. */
  trace: Record<string, unknown> | null;
}

/** The reader waits for it. */
const longestWaitMs = 4_000;
const mostOutputTokens = 200;
const longestQuery = 600;
/** Of what was said before, for the model. */
const turnsShown = 6;
const longestTurn = 1_000;
const mostCarriedWords = 5;

/**
 * Makes a question that leans on the turns before it one that can be searched for: by the language model where that is
 * wanted (`REWRITE_FOLLOW_UPS`), else, and when the model fails or is late, by carrying over the rarest words of the
 * question that it continues. A question that stands by itself stays as it is.
 */
@Injectable()
export class QuestionRewriter {
  constructor(
    private readonly model: ChatModel,
    private readonly prompts: PromptLibrary,
    private readonly rarity: WordRarity,
    private readonly tokenizer: Tokenizer,
    private readonly config: AnsweringConfig,
    private readonly logger: Logger,
  ) {}

  async standalone(asked: AskedQuestion): Promise<StandaloneQuestion> {
    const asItIs = { query: asked.content, trace: null };
    if (asked.exchanges.length === 0) return asItIs;
    if (this.config.rewriteFollowUps && this.model.generative) {
      const query = await this.byModel(asked);
      if (query !== null) return query === asked.content ? asItIs : { query, trace: { by: 'model', query } };
    }
    return isElliptical(asked.content) ? this.byCarriedWords(asked) : asItIs;
  }

  /** Null when the model gave nothing that can be used. */
  private async byModel({ content, exchanges }: AskedQuestion): Promise<string | null> {
    const deadline = AbortSignal.timeout(longestWaitMs);
    try {
      return readQuery(await this.ask(content, exchanges, deadline));
    } catch (error) {
      if (!deadline.aborted && !(error instanceof AppError)) throw error;
      const code = error instanceof AppError ? error.code : 'late';
      this.logger.warn('question.not-rewritten', { model: this.model.name, code });
      return null;
    }
  }

  private async ask(question: string, exchanges: Exchange[], signal: AbortSignal): Promise<string> {
    const language = languageOf(question);
    const nonce = randomBytes(8).toString('hex');
    const said = exchanges
      .flat()
      .slice(-turnsShown)
      .map(({ role, content }) => `${role}: ${content.slice(0, longestTurn)}`);
    const block = [...said, `question: ${question}`].join('\n\n');
    const chunks = this.model.stream({
      messages: [
        { role: 'system', content: this.prompts.get('rewrite-question', language, { nonce }).text },
        { role: 'user', content: `<data-${nonce}>\n${block}\n</data-${nonce}>` },
      ],
      question,
      passages: [],
      language,
      maxOutputTokens: mostOutputTokens,
      signal,
    });
    let answer = '';
    for await (const chunk of chunks) {
      if (chunk.type === 'text') answer += chunk.text;
      if (answer.length > longestQuery) return '';
    }
    return answer;
  }

  private async byCarriedWords(asked: AskedQuestion): Promise<StandaloneQuestion> {
    const { caller, collectionIds, content, exchanges } = asked;
    const earlier = exchanges.flat().flatMap((turn) => (turn.role === 'user' ? [turn.content] : []));
    const own = new Set(this.tokenizer.terms(content));
    const candidates = [...new Set(questionsMeant(earlier).flatMap(wordsIn))].filter((word) => {
      const terms = this.tokenizer.terms(word);
      return terms.length > 0 && !terms.some((term) => own.has(term));
    });
    if (candidates.length === 0) return { query: content, trace: null };
    const rarities = await this.rarity.of(caller, collectionIds, candidates);
    const carried = candidates
      .map((word, index) => ({ word, rarity: rarities[index]! }))
      .filter(({ rarity }) => rarity > 0)
      .toSorted((a, b) => b.rarity - a.rarity)
      .slice(0, mostCarriedWords)
      .map(({ word }) => word);
    if (carried.length === 0) return { query: content, trace: null };
    // Twice, so that what was asked now outweighs what was asked before.
    const query = `${content}\n${content}\n${carried.join(' ')}`;
    return { query, trace: { by: 'carried-words', carried } };
  }
}

const longestWord = 64;
const mostWords = 100;
const wordsIn = (text: string): string[] =>
  text
    .slice(0, longestTurn)
    .split(/[^\p{L}\p{N}_.\-+#@]+/u)
    .map((word) => word.replace(/^[.\-]+|[.\-]+$/g, ''))
    .filter((word) => word !== '' && word.length <= longestWord)
    .slice(0, mostWords);

/** One line of text; null when there is none. */
const readQuery = (answer: string): string | null => {
  const [line] = answer
    .split('\n')
    .map((one) => one.trim().replace(/^["“'`]+|["”'`]+$/g, ''))
    .filter((one) => one !== '');
  return line ?? null;
};
