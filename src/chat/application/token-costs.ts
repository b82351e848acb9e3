import { Injectable } from '@nestjs/common';
import { TokenCounter } from '../../platform/models/token-counter.port.js';
import type { TokenMeasure } from '../domain/context-policy.js';

/** Bounds the memory to a few megabytes. */
const mostRemembered = 20_000;

/** Counts tokens, and remembers what the finished turns of long conversations cost. */
@Injectable()
export class TokenCosts implements TokenMeasure {
  private readonly byMessage = new Map<string, { length: number; tokens: number }>();

  constructor(private readonly counter: TokenCounter) {}

  count(text: string): number {
    return this.counter.count(text);
  }

  truncate(text: string, maxTokens: number): string {
    return this.counter.truncate(text, maxTokens);
  }

  /** Of a finished message, whose content does not change any more. */
  ofMessage(messageId: string, content: string): number {
    const known = this.byMessage.get(messageId);
    if (known?.length === content.length) return known.tokens;
    if (this.byMessage.size >= mostRemembered) this.byMessage.clear();
    const tokens = this.counter.count(content);
    this.byMessage.set(messageId, { length: content.length, tokens });
    return tokens;
  }
}
