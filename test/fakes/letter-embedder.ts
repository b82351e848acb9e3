import { Embedder } from '../../src/platform/models/embedder.port.js';

/** Counts letters: enough to be deterministic, normalised and different for different texts. */
export class LetterEmbedder extends Embedder {
  readonly model = 'letters-v1';
  readonly dimensions = 26;
  readonly fusionWeight = 0.1;
  readonly batches: number[] = [];
  /** Called before each batch; may throw or wait. */
  beforeBatch: (texts: string[]) => Promise<void> = async () => undefined;

  async embedPassages(texts: string[]): Promise<Float32Array[]> {
    await this.beforeBatch(texts);
    this.batches.push(texts.length);
    return texts.map((text) => this.vector(text));
  }

  async embedQuery(text: string): Promise<Float32Array> {
    return this.vector(text);
  }

  private vector(text: string): Float32Array {
    const counts = new Float32Array(this.dimensions).fill(0.01);
    for (const letter of text.toLowerCase()) {
      const index = letter.charCodeAt(0) - 97;
      if (index >= 0 && index < 26) counts[index] = counts[index]! + 1;
    }
    const length = Math.hypot(...counts);
    return counts.map((count) => count / length);
  }
}
