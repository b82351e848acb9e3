import type { ChatUsage } from '../../platform/models/chat-model.port.js';
import { CitationBook } from '../domain/citation-book.js';
import type { Citation } from '../domain/citation.js';
import { MarkGate, type GateOutput } from '../domain/mark-gate.js';
import type { AnswerWriter } from './answer-writer.js';
import type { AnswerContext } from './context-builder.js';
import type { MarkVerdict, MarkVerifier } from './mark-verifier.js';

/** One attempt at an answer: the model's text, through the gate, with the marks that hold, into the log. */
export class AnswerDraft {
  /** What the model was given; null before that is known. */
  context: AnswerContext | null = null;
  /** What the model's server counted. */
  reported: ChatUsage = { inputTokens: null, outputTokens: null };
  citationsDropped = 0;
  /** What was decided about each mark, for the trace. */
  readonly decisions: Record<string, unknown>[] = [];
  private readonly gate = new MarkGate();
  private readonly book = new CitationBook();
  private touched = false;

  constructor(
    readonly writer: AnswerWriter,
    private readonly ownerId: string,
    private readonly verifier: MarkVerifier,
  ) {}

  /** Whether the model has said anything. */
  get hasText(): boolean {
    return this.touched;
  }

  get citations(): Citation[] {
    return this.book.citations;
  }

  async take(text: string): Promise<void> {
    if (text !== '') this.touched = true;
    for (const output of this.gate.push(text)) await this.pass(output);
  }

  /** The model's text is over, by itself or not: what the gate held back is text. */
  async close(): Promise<void> {
    for (const output of this.gate.end()) if (output.type === 'text') await this.writer.text(output.text);
  }

  private async pass(output: GateOutput): Promise<void> {
    if (output.type === 'text') {
      await this.writer.text(output.text);
      return;
    }
    const verdicts = await this.verifier.verify(
      this.ownerId,
      this.context?.passages ?? [],
      output.claim,
      output.numbers,
    );
    let text = output.space;
    for (const verdict of verdicts) {
      if (verdict.kept) {
        const citation = this.book.cite(verdict.source, this.writer.content.length + text.length);
        text += `[${citation.index}]`;
        this.writer.citation(citation);
      } else this.citationsDropped++;
      this.note(verdict);
    }
    if (verdicts.some(({ kept }) => kept)) await this.writer.text(text);
  }

  private note(verdict: MarkVerdict): void {
    this.decisions.push(
      verdict.kept
        ? { number: verdict.number, kept: true, passageId: verdict.source.passageId }
        : { number: verdict.number, kept: false, reason: verdict.reason },
    );
  }
}
