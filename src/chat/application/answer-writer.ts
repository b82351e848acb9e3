import { AppError } from '../../shared/app-error.js';
import type { Citation } from '../domain/citation.js';
import { AnswerLog, type NewAnswerEvent } from './answer-log.port.js';

const flushAfterMs = 15;
const flushAtLength = 64;
/** Text that may wait for the log while one append is under way, before the model has to wait too. */
const mostWaiting = 4_096;
/** An answer longer than this is a model gone wild. UTF-16 units. */
const longestAnswer = 200_000;

/**
 * Appends one attempt's events to the answer log, text coalesced into deltas of at most 15 ms or 64 characters: text
 * after a pause goes at once, what follows within 15 ms of it goes together. One append at a time; what arrives meanwhile goes with the next. The first append that fails ends the attempt:
 * `onFailure` is called, and every later call throws the same error.
 */
export class AnswerWriter {
  content = '';
  private appended = 0;
  private waiting: NewAnswerEvent[] = [];
  private waitingText = '';
  private timer: NodeJS.Timeout | undefined;
  private appending: Promise<void> | null = null;
  private failure: unknown;
  private appendedAt = 0;

  constructor(
    private readonly log: AnswerLog,
    private readonly claim: { messageId: string; epoch: number },
    private sequence: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Whether any text of this attempt has reached the log: from then on it cannot be taken back. */
  get hasAppendedText(): boolean {
    return this.appended > 0;
  }

  get lastSequence(): number {
    return this.sequence;
  }

  async text(text: string): Promise<void> {
    if (text === '') return;
    if (this.content.length + text.length > longestAnswer) throw answerTooLong();
    this.content += text;
    this.waitingText += text;
    this.flushSoon(this.waitingText.length >= flushAtLength ? 0 : this.pauseMs());
    if (this.waitingText.length > mostWaiting) await this.flush();
    this.throwFailure();
  }

  /** Before the text that carries its mark. */
  citation(citation: Citation): void {
    this.event({ type: 'message.citation', data: { citation } });
  }

  event(event: NewAnswerEvent): void {
    this.queueText();
    this.waiting.push(event);
    this.flushSoon(0);
  }

  /** Resolves when everything so far is in the log. */
  async flush(): Promise<void> {
    this.throwFailure();
    while (this.appending || this.waiting.length > 0 || this.waitingText !== '') {
      await (this.appending ?? this.append());
      this.throwFailure();
    }
  }

  private pauseMs(): number {
    return Math.max(0, this.appendedAt + flushAfterMs - performance.now());
  }

  private flushSoon(afterMs: number): void {
    if (this.appending) return;
    if (afterMs === 0) {
      void this.append();
      return;
    }
    this.timer ??= setTimeout(() => void this.append(), afterMs);
  }

  private queueText(): void {
    if (this.waitingText === '') return;
    this.waiting.push({ type: 'message.delta', data: { text: this.waitingText } });
    this.waitingText = '';
  }

  private append(): Promise<void> {
    this.appending ??= this.appendAll().finally(() => {
      this.appending = null;
    });
    return this.appending;
  }

  /** Never rejects: a failure is kept, since nobody may be waiting for this append. */
  private async appendAll(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.queueText();
    this.appendedAt = performance.now();
    while (this.waiting.length > 0 && this.failure === undefined) {
      const events = this.waiting;
      this.waiting = [];
      try {
        const { messageId, epoch } = this.claim;
        this.sequence = await this.log.append(messageId, epoch, this.sequence, events);
        this.appended += events.filter(({ type }) => type === 'message.delta').length;
      } catch (error) {
        this.failure = error;
        this.onFailure(error);
      }
      if (this.waitingText.length >= flushAtLength) this.queueText();
    }
    if (this.waitingText !== '' && this.failure === undefined) {
      this.timer = setTimeout(() => void this.append(), this.pauseMs());
    }
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

const answerTooLong = (): AppError =>
  new AppError({
    code: 'model.invalid-answer',
    kind: 'unprocessable',
    message: 'The language model did not come to an end.',
  });
