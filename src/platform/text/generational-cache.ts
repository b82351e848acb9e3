/**
 * A bounded cache in two generations: when the young one is full it becomes the old one, and what is used again
 * moves back. Close to LRU, without its bookkeeping on every hit.
 */
export class GenerationalCache<T> {
  private young = new Map<string, T>();
  private old = new Map<string, T>();

  /** Holds at most twice `generationSize` entries. */
  constructor(private readonly generationSize: number) {}

  getOrCompute(key: string, compute: (key: string) => T): T {
    const known = this.young.get(key);
    if (known !== undefined) return known;
    const value = this.old.get(key) ?? compute(key);
    if (this.young.size >= this.generationSize) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
    return value;
  }
}
