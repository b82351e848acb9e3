import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { ChatModel } from '../../platform/models/chat-model.port.js';
import { PromptLibrary } from '../../platform/models/prompt-library.port.js';
import { AppError } from '../../shared/app-error.js';
import { languageOf } from '../../shared/language.js';
import type { Exchange } from '../domain/context-policy.js';

/** The reader waits for it. */
const longestWaitMs = 4_000;
const mostOutputTokens = 200;
const longestQuery = 600;
/** Of what was said before. */
const turnsShown = 6;
const longestTurn = 1_000;

/** Lets the language model write a question so that it can be understood without the turns before it. */
@Injectable()
export class ModelQuestionRewriter {
  constructor(
    private readonly model: ChatModel,
    private readonly prompts: PromptLibrary,
    private readonly logger: Logger,
  ) {}

  get isAvailable(): boolean {
    return this.model.generative;
  }

  /** Null when the model gave nothing that can be used. */
  async rewrite(question: string, exchanges: Exchange[]): Promise<string | null> {
    const deadline = AbortSignal.timeout(longestWaitMs);
    try {
      return readQuery(await this.ask(question, exchanges, deadline));
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
}

/** One line of text; null when there is none. */
const readQuery = (answer: string): string | null => {
  const [line] = answer
    .split('\n')
    .map((one) => one.trim().replace(/^["“'`]+|["”'`]+$/g, ''))
    .filter((one) => one !== '');
  return line ?? null;
};
