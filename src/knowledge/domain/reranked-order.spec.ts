import fc from 'fast-check';
import { inRerankedOrder } from './reranked-order.js';

const item = (id: string, score: number) => ({ id, score });

describe('inRerankedOrder', () => {
  it('orders what was judged, and puts the rest after it', () => {
    const list = [item('a', 0.9), item('b', 0.8), item('c', 0.7), item('d', 0.4)];
    expect(inRerankedOrder(list, [-3, 5])).toEqual([
      item('b', 5),
      item('a', -3),
      item('c', -3),
      item('d', expect.closeTo(-3.3) as number),
    ]);
  });

  it('leaves those that are judged alike, and those that are not judged, as they are', () => {
    const list = [item('a', 0.9), item('b', 0.8)];
    expect(inRerankedOrder(list, [1, 1]).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(inRerankedOrder(list, [])).toEqual(list);
  });

  it('keeps every item once, and scores that fall', () => {
    const score = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const input = fc.tuple(fc.array(score, { maxLength: 20 }), fc.array(score, { maxLength: 20 }));
    fc.assert(
      fc.property(input, ([fused, judged]) => {
        const list = fused.toSorted((a, b) => b - a).map((value, id) => item(String(id), value));
        const ordered = inRerankedOrder(list, judged.slice(0, list.length));
        expect(new Set(ordered.map(({ id }) => id)).size).toBe(list.length);
        const scores = ordered.map((entry) => entry.score);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      }),
    );
  });
});
