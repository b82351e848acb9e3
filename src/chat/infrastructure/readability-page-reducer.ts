import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppError } from '../../shared/app-error.js';
import { PageReducer, type PageSource } from '../application/page-reducer.port.js';
import type { PageReply } from './page-thread.js';
import type { ReducedPage } from './reduce-page.js';

const timeLimitMs = 10_000;
const memoryLimitMb = 512;
/** Threads at a time, and how many pages may wait for one. */
const mostThreads = 2;
const mostWaiting = 20;
const longestTitle = 500;

const withoutText = (cause?: unknown): AppError =>
  new AppError({
    code: 'chat.page-without-text',
    kind: 'unprocessable',
    message: 'The page holds no text that can be read.',
    cause,
  });

const tooComplex = (cause?: unknown): AppError =>
  new AppError({
    code: 'chat.page-too-complex',
    kind: 'unprocessable',
    message:
      'The page cannot be reduced to text within the limits of time and memory. Send its text instead.',
    cause,
  });

const busy = (): AppError =>
  new AppError({
    code: 'chat.page-reader-busy',
    kind: 'unavailable',
    message: 'Too many pages are being read at the moment.',
    retryAfterSeconds: 2,
  });

/** As a store can keep it, at the same offsets. */
const storable = (text: string): string => text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD');

/**
 * Readability over linkedom, then turndown, in threads of their own: a page of 2 MiB takes seconds, and a hostile
 * one as long as it is let. Past 10 s or 512 MB the thread is killed and the page refused.
 */
@Injectable()
export class ReadabilityPageReducer extends PageReducer implements OnApplicationShutdown {
  private readonly idle: Worker[] = [];
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly entry = new URL('./page-thread.js', import.meta.url);
  /** Only sources run by a test runner have no compiled thread beside them. */
  private readonly threaded = existsSync(fileURLToPath(this.entry));

  async reduce({ html, text, title }: PageSource): Promise<ReducedPage> {
    const given = title ? storable(title).slice(0, longestTitle) : null;
    if (html === undefined) {
      if (!text?.trim()) throw withoutText();
      return { title: given, text: storable(text) };
    }
    const page = await this.inTurn(() => (this.threaded ? this.inThread(html) : inProcess(html)));
    if (page.text === '') throw withoutText();
    return { title: given ?? page.title, text: page.text };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((thread) => thread.terminate()));
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= mostThreads) {
      if (this.waiting.length >= mostWaiting) throw busy();
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  private async inThread(html: string): Promise<ReducedPage> {
    const thread =
      this.idle.pop() ??
      new Worker(this.entry, { resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb } });
    thread.ref();
    try {
      const reply = await replyOf(thread, html);
      thread.removeAllListeners();
      thread.unref();
      this.idle.push(thread);
      if (reply.ok) return reply.page;
      throw tooComplex(reply.message);
    } catch (error) {
      if (!this.idle.includes(thread)) await thread.terminate();
      throw error;
    }
  }
}

const replyOf = (thread: Worker, html: string): Promise<PageReply> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooComplex('time')), timeLimitMs);
    const settle = (finish: () => void) => (): void => {
      clearTimeout(timer);
      finish();
    };
    thread.once('message', (reply: PageReply) => settle(() => resolve(reply))());
    thread.once('error', (error) => settle(() => reject(tooComplex(error)))());
    thread.once(
      'exit',
      settle(() => reject(tooComplex('exit'))),
    );
    thread.postMessage(html);
  });

const inProcess = async (html: string): Promise<ReducedPage> => {
  const { reducePage } = await import('./reduce-page.js');
  try {
    return reducePage(html);
  } catch (error) {
    throw tooComplex(error);
  }
};
