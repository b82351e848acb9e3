import { maxMetadataAttempts, restAfter, sampleOrdinals, waitAfter } from './metadata-policy.js';

describe('the attempts to have metadata written', () => {
  it('asks again twice for an answer that was no use', () => {
    expect([1, 2, 3].map((attempts) => waitAfter('unusable-answer', attempts))).toEqual([
      2_000,
      10_000,
      null,
    ]);
  });

  it('waits longer and longer for a server, and gives up at the last', () => {
    const waits = Array.from({ length: maxMetadataAttempts }, (_, at) =>
      waitAfter('model-unavailable', at + 1),
    );
    expect(waits.at(-1)).toBeNull();
    const before = waits.slice(0, -1) as number[];
    expect(before).toEqual([...before].sort((a, b) => a - b));
  });

  it('heeds what the server asks for, up to an hour', () => {
    expect(waitAfter('model-unavailable', 1, 40)).toBe(40_000);
    expect(waitAfter('model-unavailable', 1, 1)).toBe(5_000);
    expect(waitAfter('model-unavailable', 1, 1e9)).toBe(3_600_000);
  });

  it('leaves a server alone for up to five minutes', () => {
    expect([1, 2, 3, 60, 2_000].map(restAfter)).toEqual([2_000, 4_000, 8_000, 300_000, 300_000]);
  });
});

describe('the chunks that stand for a document', () => {
  it('are all of them when they fit', () => {
    expect(sampleOrdinals({ chunks: 4, tokens: 100 }, 100)).toEqual([0, 1, 2, 3]);
    expect(sampleOrdinals({ chunks: 0, tokens: 0 }, 100)).toEqual([]);
  });

  it('are the beginning and a spread to the end', () => {
    expect(sampleOrdinals({ chunks: 100, tokens: 10_000 }, 800)).toEqual([0, 1, 2, 3, 27, 51, 75, 99]);
    expect(sampleOrdinals({ chunks: 2, tokens: 1_600 }, 800)).toEqual([0, 1]);
    expect(sampleOrdinals({ chunks: 1, tokens: 1_600 }, 800)).toEqual([0]);
  });

  it('rise, are there, and fit on the average, whatever the sizes', () => {
    for (let chunks = 1; chunks < 400; chunks += 7)
      for (const maxTokens of [200, 333, 3_000, 9_999]) {
        const tokens = chunks * 150;
        const ordinals = sampleOrdinals({ chunks, tokens }, maxTokens);
        expect(ordinals).toEqual([...new Set(ordinals)].sort((a, b) => a - b));
        expect(ordinals[0]).toBe(0);
        expect(ordinals.at(-1)).toBe(chunks - 1);
        expect(ordinals.length).toBeLessThanOrEqual(Math.max(2, maxTokens / 150));
      }
  });

  it('stay few for a document of a million chunks', () => {
    expect(sampleOrdinals({ chunks: 1_000_000, tokens: 4e8 }, 3_000)).toHaveLength(7);
  });
});
