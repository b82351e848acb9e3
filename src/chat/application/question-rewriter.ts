import { Injectable } from '@nestjs/common';
import { AnsweringConfig } from '../../platform/config/answering.config.js';
import { isElliptical } from '../domain/follow-up.js';
import { CarriedWords, type AskedQuestion } from './carried-words.js';
import { ModelQuestionRewriter } from './model-question-rewriter.js';

export interface StandaloneQuestion {
  /** What is searched for. */
  query: string;
  /** Null: the question as it was asked. */
  trace: Record<string, unknown> | null;
}

/** Whoever writes more than this leaves nothing out. */
const longestFollowUp = 500;

/**
 * Makes a question that leans on the turns before it one that can be searched for: by the language model where that is
 * wanted (`REWRITE_FOLLOW_UPS`), else, and when the model fails or is late, by carrying over the rarest words of the
 * question that it continues. A question that stands by itself stays as it is.
 */
@Injectable()
export class QuestionRewriter {
  constructor(
    private readonly model: ModelQuestionRewriter,
    private readonly words: CarriedWords,
    private readonly config: AnsweringConfig,
  ) {}

  async standalone(asked: AskedQuestion): Promise<StandaloneQuestion> {
    const { content, exchanges } = asked;
    const asItIs = { query: content, trace: null };
    if (exchanges.length === 0 || content.length > longestFollowUp) return asItIs;
    if (this.config.rewriteFollowUps && this.model.isAvailable) {
      const query = await this.model.rewrite(content, exchanges);
      if (query !== null) return query === content ? asItIs : { query, trace: { by: 'model', query } };
    }
    const carried = isElliptical(content) ? await this.words.of(asked) : [];
    if (carried.length === 0) return asItIs;
    // Twice, so that what was asked now outweighs what was asked before.
    const query = `${content}\n${content}\n${carried.join(' ')}`;
    return { query, trace: { by: 'carried-words', carried } };
  }
}
