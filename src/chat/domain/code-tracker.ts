type FenceCharacter = '`' | '~';

interface Run {
  character: FenceCharacter;
  length: number;
  atLineHead: boolean;
}

interface Fence {
  character: FenceCharacter;
  length: number;
  /** Still on the line that opened it: a matching run there means that it was inline code. */
  opening: boolean;
}

/** What may stand before a fence: indentation, quote and list markers. */
const lineHead = /[\s>\-*+\d.)]/;

/**
 * Knows, one UTF-16 unit after the other, whether Markdown text is inside a code span or a fenced block. An
 * unclosed code span ends with its line: models do not wrap lines, and a stray backtick must not exempt the rest
 * of the answer from verification.
 */
export class CodeTracker {
  private atLineHead = true;
  private run: Run | null = null;
  private fence: Fence | null = null;
  private closing = false;
  private spanLength = 0;
  private escaped = false;

  /** True when the unit last taken belongs to code; exact for everything but the delimiters themselves. */
  get inCode(): boolean {
    return this.fence !== null || this.spanLength > 0;
  }

  take(character: string): void {
    if (this.run?.character === character) {
      this.run.length++;
      return;
    }
    if (this.run) this.endRun(this.run);
    if (character === '\n') this.endLine();
    else if ((character === '`' || character === '~') && !this.escaped) {
      this.run = { character, length: 1, atLineHead: this.atLineHead };
    } else {
      if (!/\s/.test(character)) this.closing = false;
      this.atLineHead &&= lineHead.test(character);
    }
    this.escaped = character === '\\' && !this.escaped && !this.inCode;
  }

  private endLine(): void {
    if (this.closing) this.fence = null;
    if (this.fence) this.fence.opening = false;
    this.closing = false;
    this.spanLength = 0;
    this.atLineHead = true;
  }

  private endRun(run: Run): void {
    this.run = null;
    this.atLineHead = false;
    if (this.fence) this.endRunInFence(run, this.fence);
    else if (this.spanLength > 0) {
      if (run.character === '`' && run.length === this.spanLength) this.spanLength = 0;
    } else if (run.atLineHead && run.length >= 3) {
      this.fence = { character: run.character, length: run.length, opening: true };
    } else if (run.character === '`') this.spanLength = run.length;
  }

  private endRunInFence(run: Run, fence: Fence): void {
    if (run.character !== fence.character) return;
    if (fence.opening) {
      if (run.character === '`' && run.length === fence.length) this.fence = null;
    } else this.closing = run.atLineHead && run.length >= fence.length;
  }
}
