import type { TokenBudget } from './token-budget.js';

/** A turn that may stand in the block of recalled ones. */
export interface RecalledTurn {
  messageId: string;
  /** Of its content. */
  tokens: number;
}

export interface RecalledMaterial {
  /** Best first. */
  turns: RecalledTurn[];
  /** How well the best of them answers to the question: 0 not at all, 1 fully. */
  fit: number;
  /** The whole block for these of `turns` (by index), in the order of the conversation. */
  render(kept: number[]): string;
}

/** A turn's line has a speaker, and now and then a date before it. */
const lineTokens = 4;
/** What the estimate left over is offered again this often at most. */
const mostRounds = 6;

/** Whole turns, the best first, as many as there is room for. */
export class RecalledBlock {
  text: string | null = null;
  kept: number[] = [];
  private tokens = 0;

  constructor(
    private readonly material: RecalledMaterial | null,
    private readonly budget: TokenBudget,
  ) {}

  get messageIds(): string[] {
    return this.kept.map((index) => this.material!.turns[index]!.messageId);
  }

  /** Fills so many tokens with turns that do not stand elsewhere in the prompt. */
  fill(elsewhere: ReadonlySet<string>, most: number): void {
    const { material } = this;
    if (!material) return;
    const open = material.turns.map((turn, index) => ({ ...turn, index }));
    const remaining = new Set(open.filter(({ messageId }) => !elsewhere.has(messageId)));
    for (let round = 0; round < mostRounds; round++) {
      const frame = this.text === null ? this.budget.measure.count(material.render([])) : 0;
      let room = Math.min(this.budget.left, most - this.tokens) - frame;
      const more: number[] = [];
      for (const turn of remaining) {
        if (turn.tokens + lineTokens > room) continue;
        room -= turn.tokens + lineTokens;
        remaining.delete(turn);
        more.push(turn.index);
      }
      if (more.length === 0) return;
      this.addWhatFits(more);
    }
  }

  /** What the budget would get back (more than 0) or pay without these turns. */
  without(messageIds: ReadonlySet<string>): { freed: number; commit(): void } {
    const kept = this.kept.filter((index) => !messageIds.has(this.material!.turns[index]!.messageId));
    if (kept.length === this.kept.length) return { freed: 0, commit: () => undefined };
    const text = kept.length === 0 ? null : this.material!.render(kept);
    const tokens = text === null ? 0 : this.budget.measure.count(text);
    return { freed: this.tokens - tokens, commit: () => this.replace(kept, text, tokens) };
  }

  /** The lines were estimated: the last go until the block as a whole fits. */
  private addWhatFits(more: number[]): void {
    for (; more.length > 0; more.pop()) {
      const kept = [...this.kept, ...more];
      const text = this.material!.render(kept);
      const tokens = this.budget.measure.count(text);
      if (tokens - this.tokens <= this.budget.left) return this.replace(kept, text, tokens);
    }
  }

  private replace(kept: number[], text: string | null, tokens: number): void {
    this.budget.left -= tokens - this.tokens;
    this.kept = kept;
    this.text = text;
    this.tokens = tokens;
  }
}
