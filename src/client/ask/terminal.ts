/** What the command writes to: the answer goes to `out`, everything about it to `err`. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
}

/** Documents and answers are not ours: no escape sequence of theirs reaches the terminal. */
export const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');

/** One line that changes in place on a terminal; elsewhere a line for each step. */
export class ProgressLine {
  private step = '';
  private open = false;

  constructor(private readonly output: Output) {}

  /** @param detail what the share is counted from */
  show(step: string, percent: number | null, detail?: string): void {
    if (this.output.isTTY) {
      const share = percent === null ? '' : ` ${String(Math.min(100, percent)).padStart(3)} %`;
      this.output.write(`\r\u001b[K${step}${share}${detail ? ` (${detail})` : ''}`);
      this.open = true;
    } else if (step !== this.step) {
      this.output.write(`${step}\n`);
    }
    this.step = step;
  }

  /** Ends the line with what came of it. */
  done(result: string): void {
    this.output.write(this.open ? `\r\u001b[K${result}\n` : `${result}\n`);
    this.open = false;
    this.step = '';
  }

  /** Runs `work` and leaves the line clean for whatever is said about its failure. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.clear();
    }
  }

  /** Leaves the line clean for something else. */
  clear(): void {
    if (this.open) this.output.write('\r\u001b[K');
    this.open = false;
  }
}
