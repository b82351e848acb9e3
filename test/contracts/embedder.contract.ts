import type { Embedder } from '../../src/platform/models/embedder.port.js';

const cosine = (left: Float32Array, right: Float32Array): number =>
  left.reduce((sum, value, index) => sum + value * right[index]!, 0);

/** What every `Embedder` keeps, real ones included. */
export const embedderContract = (open: () => Embedder): void => {
  const embedder = open();
  const texts = [
    '서울은 대한민국의 수도이다.',
    'The contract runs for one year.',
    '',
    '🙂',
    'a'.repeat(5_000),
  ];

  it('answers one unit vector of its dimensions for each text, in order, none for none', async () => {
    const vectors = await embedder.embedPassages(texts);
    expect(vectors).toHaveLength(texts.length);
    for (const vector of vectors) {
      expect(vector).toHaveLength(embedder.dimensions);
      expect(cosine(vector, vector)).toBeCloseTo(1, 4);
    }
    const [alone] = await embedder.embedPassages([texts[1]!]);
    expect(cosine(alone!, vectors[1]!)).toBeCloseTo(1, 4);
    expect(await embedder.embedPassages([])).toEqual([]);
  });

  it('keeps the order over many batches', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `passage ${index} about topic ${index * 7}`);
    const vectors = await embedder.embedPassages(many);
    const [lone] = await embedder.embedPassages([many[217]!]);
    expect(cosine(vectors[217]!, lone!)).toBeCloseTo(1, 4);
  });

  it('brings a question nearer to its passage than to another', async () => {
    const [capital, contract] = await embedder.embedPassages(texts);
    const question = await embedder.embedQuery('대한민국의 수도는 어디인가?', () => 1);
    expect(question).toHaveLength(embedder.dimensions);
    expect(cosine(question, question)).toBeCloseTo(1, 4);
    expect(cosine(question, capital!)).toBeGreaterThan(cosine(question, contract!));
  });

  it('declares a fusion weight between 0 and 1', () => {
    expect(embedder.fusionWeight).toBeGreaterThanOrEqual(0);
    expect(embedder.fusionWeight).toBeLessThanOrEqual(1);
  });

  it('throws the reason of a signal that is aborted', async () => {
    const reason = new Error('no longer wanted');
    await expect(embedder.embedPassages(['a'], AbortSignal.abort(reason))).rejects.toBe(reason);
  });
};
