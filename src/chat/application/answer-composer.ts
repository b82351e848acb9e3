import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AnsweringConfig } from '../../platform/config/answering.config.js';
import { ChatModel, type ChatRequest } from '../../platform/models/chat-model.port.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { AppError } from '../../shared/app-error.js';
import { crashPoint } from '../../shared/crash-point.js';
import { wholeText } from '../domain/citable-passage.js';
import { modelMessages } from '../domain/model-messages.js';
import type { AnswerDraft } from './answer-draft.js';
import type { AnswerMode, AnswerUsage } from '../domain/message.js';
import type { AnswerContext } from './context-builder.js';
import { TokenCosts } from './token-costs.js';

const firstDelayMs = 500;
/** A server that wants more patience than this gets none: the reader is waiting. */
const longestDelayMs = 10_000;

export interface CompositionRequest {
  messageId: string;
  context: AnswerContext;
  signal: AbortSignal;
}

/** Lets the model write into a draft; tries again only while it has said nothing yet. */
@Injectable()
export class AnswerComposer {
  constructor(
    private readonly model: ChatModel,
    private readonly tokens: TokenCosts,
    private readonly config: AnsweringConfig,
    private readonly logger: Logger,
  ) {}

  get modelName(): string {
    return this.model.name;
  }

  async compose(request: CompositionRequest, draft: AnswerDraft): Promise<void> {
    for (let retries = 0; ; retries++) {
      try {
        await this.stream(request, draft);
        return;
      } catch (error) {
        const waitMs = request.signal.aborted || draft.hasText ? null : this.delayBefore(retries, error);
        if (waitMs === null) throw error;
        const { messageId } = request;
        this.logger.warn('model.retry', { messageId, waitMs, code: (error as AppError).code });
        await delay(waitMs, undefined, { signal: request.signal });
      }
    }
  }

  /** Null when the model was never asked. Where its server counts nothing, we do. */
  usageOf({ context, reported, writer, citationsDropped }: AnswerDraft): AnswerUsage | null {
    return (
      context && {
        inputTokens: reported.inputTokens ?? context.totalTokens,
        outputTokens: reported.outputTokens ?? this.tokens.count(writer.content),
        contextTokens: context.totalTokens,
        fullHistoryTokens: context.fullHistoryTokens,
        citationsDropped,
      }
    );
  }

  private async stream(request: CompositionRequest, draft: AnswerDraft): Promise<void> {
    for await (const chunk of this.model.stream(this.chatRequest(request))) {
      request.signal.throwIfAborted();
      if (chunk.type === 'usage') draft.reported = chunk.usage;
      else await draft.take(chunk.text);
      crashPoint('chat.mid-stream');
    }
    request.signal.throwIfAborted();
    await draft.close();
  }

  private chatRequest({ context, signal }: CompositionRequest): ChatRequest {
    return {
      messages: modelMessages(context.parts),
      question: context.query,
      passages: context.passages.map((passage, index) => ({
        number: index + 1,
        title: passage.title ?? '',
        text: wholeText(passage),
        headings: passage.headings,
        page: passage.page,
      })),
      grounding: groundingOf(context.mode),
      language: context.language,
      maxOutputTokens: this.config.answerTokens,
      signal,
    };
  }

  private delayBefore(retries: number, error: unknown): number | null {
    if (!(error instanceof AppError) || !error.retryable || retries >= this.config.retries) return null;
    const backOffMs = firstDelayMs * 2 ** retries * (0.75 + Math.random() / 2);
    const waitMs = Math.max(backOffMs, (error.retryAfterSeconds ?? 0) * 1_000);
    return waitMs > longestDelayMs ? null : waitMs;
  }
}

const groundingOf = (mode: AnswerMode): ChatRequest['grounding'] => {
  switch (mode) {
    case 'knowledge':
      return 'documents';
    case 'page':
      return 'page';
    case 'plain':
      return undefined;
  }
};
