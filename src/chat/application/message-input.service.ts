import { Injectable } from '@nestjs/common';
import { ChatHttpConfig } from '../../platform/config/chat-http.config.js';
import type { AnswerMode, PageText } from '../domain/message.js';
import { contentTooLong, invalid, pageTooLarge } from './chat-errors.js';
import { PageReducer, type PageSource } from './page-reducer.port.js';

/** What a message may consist of, for questions, imports and dry runs alike. */
@Injectable()
export class MessageInput {
  constructor(
    private readonly config: ChatHttpConfig,
    private readonly reducer: PageReducer,
  ) {}

  /** @param path JSON Pointer of the content in the body. */
  assertContent(content: string, path = '/content'): void {
    if (content.trim() === '') throw invalid(path, 'must not be blank');
    if (Buffer.byteLength(content) > this.config.messageLimitBytes)
      throw contentTooLong(this.config.messageLimitBytes);
  }

  /** A page belongs to the mode `page` and to no other. */
  assertPageFits(mode: AnswerMode, page: PageSource | undefined): void {
    if (mode === 'page' && !page) throw invalid('/page', 'is required in the mode page');
    if (mode !== 'page' && page) throw invalid('/page', `is not taken in the mode ${mode}`);
    if (!page) return;
    if ((page.html === undefined) === (page.text === undefined))
      throw invalid('/page', 'must have exactly one of html and text');
    const source = page.html ?? page.text ?? '';
    if (Buffer.byteLength(source) > this.config.pageLimitBytes)
      throw pageTooLarge(this.config.pageLimitBytes);
  }

  /** Nothing but the reduced text is ever stored. */
  async reducePage(page: PageSource | undefined): Promise<PageText | null> {
    if (!page) return null;
    const { title, text } = await this.reducer.reduce(page);
    return { url: page.url ?? null, title, text };
  }
}
