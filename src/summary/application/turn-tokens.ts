import { Injectable } from '@nestjs/common';
import { TokenCounter } from '../../platform/models/token-counter.port.js';
import type { Turn } from './transcript-source.port.js';

/** Finished turns never change, so their counts keep; a number each, bounded. */
const mostRemembered = 20_000;
/** Lets other work of the process run between long turns. */
const charactersPerSlice = 64 * 1024;

/** Token counts of turns, each counted once. */
@Injectable()
export class TurnTokens {
  private readonly counts = new Map<string, number>();

  constructor(private readonly counter: TokenCounter) {}

  /** As it stands in a prompt: an imported speaker goes before what was said. */
  of(turn: Turn): number {
    const known = this.counts.get(turn.messageId);
    if (known !== undefined) return known;
    const tokens = this.counter.count(turn.name ? `${turn.name}: ${turn.content}` : turn.content);
    if (this.counts.size >= mostRemembered) {
      const oldest = this.counts.keys().next();
      if (!oldest.done) this.counts.delete(oldest.value);
    }
    this.counts.set(turn.messageId, tokens);
    return tokens;
  }

  ofText(text: string): number {
    return text === '' ? 0 : this.counter.count(text);
  }

  /** Sums up in slices, so that a long history does not hold up its process. */
  async sum(turns: Turn[]): Promise<number> {
    let tokens = 0;
    let characters = 0;
    for (const turn of turns) {
      tokens += this.of(turn);
      characters += turn.content.length;
      if (characters < charactersPerSlice) continue;
      characters = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return tokens;
  }
}
