import fc from 'fast-check';
import { fuse, type ScoredChunk } from './fusion.js';

const ids = (chunks: ScoredChunk[]): string[] => chunks.map(({ id }) => id);

describe('fusion', () => {
  it('adds the normalised scores by the weight of the vector arm', () => {
    const fused = fuse(
      [
        { id: 'a', score: 10 },
        { id: 'b', score: 5 },
      ],
      [
        { id: 'b', score: 0.8 },
        { id: 'a', score: 0.3 },
      ],
      0.2,
    );
    expect(ids(fused)).toEqual(['a', 'b']);
    expect(fused[0]).toEqual({ id: 'a', score: 0.8, lexical: 10, vector: 0.3 });
    expect(fused[1]!.score).toBeCloseTo(0.8 * 0.5 + 0.2);
  });

  it('keeps the order of the only arm that has candidates, with its full weight', () => {
    const arm = [
      { id: 'b', score: 3 },
      { id: 'a', score: 1 },
    ];
    expect(ids(fuse(arm, [], 0.9))).toEqual(['b', 'a']);
    expect(ids(fuse([], arm, 0.1))).toEqual(['b', 'a']);
    expect(fuse(arm, [], 0.9)[0]!.score).toBe(1);
    expect(fuse([], arm, 0.1)[0]!.score).toBe(1);
    expect(fuse([], [], 0.5)).toEqual([]);
  });

  it('gives a chunk that one arm does not know that arm’s lowest value', () => {
    const fused = fuse(
      [{ id: 'words', score: 4 }],
      [
        { id: 'meaning', score: 0.9 },
        { id: 'noise', score: 0.1 },
      ],
      0.3,
    );
    expect(fused.map(({ id, score }) => [id, score])).toEqual([
      ['words', 0.7],
      ['meaning', 0.3],
      ['noise', 0],
    ]);
    expect(fused[0]!.vector).toBeUndefined();
  });

  it('breaks ties by id, whatever the order of the candidates', () => {
    const equal = ['c', 'a', 'b'].map((id) => ({ id, score: 1 }));
    expect(ids(fuse(equal, [], 0.2))).toEqual(['a', 'b', 'c']);
    expect(ids(fuse(equal.toReversed(), [], 0.2))).toEqual(['a', 'b', 'c']);
  });

  it('answers finite scores from 0 to 1 in falling order for any scores', () => {
    const arm = fc.uniqueArray(
      fc.record({
        id: fc.constantFrom(...'abcdefgh'.split('')),
        score: fc.double({ min: 0, max: 50, noNaN: true }),
      }),
      { selector: ({ id }) => id },
    );
    fc.assert(
      fc.property(arm, arm, fc.double({ min: 0, max: 1, noNaN: true }), (lexical, vector, weight) => {
        const fused = fuse(lexical, vector, weight);
        expect(new Set(ids(fused))).toEqual(new Set([...ids(lexical), ...ids(vector)]));
        let above = 1 + 1e-9;
        for (const { score } of fused) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(above);
          above = score;
        }
      }),
    );
  });
});
