/** Numbers that are the same in every run with the same seed. */
export class Random {
  constructor(private state: number) {}

  /** From 0 to 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)]!;
  }

  shuffled<T>(choices: readonly T[]): T[] {
    const left = [...choices];
    return choices.map(() => left.splice(this.between(0, left.length - 1), 1)[0]!);
  }

  /** A generator of its own, so that one part's draws do not depend on another's timing. */
  fork(): Random {
    return new Random(this.between(0, 2 ** 31));
  }
}
