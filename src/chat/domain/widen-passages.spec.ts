import type { CitablePassage } from './citable-passage.js';
import { widenPassages, type Neighbour } from './widen-passages.js';

const text = 'One two. Three four. Five six. Seven eight. Nine ten.';
const words = (of: string): number => of.split(/\s+/).length;

const slice = (passageId: string, from: string, to: string) => {
  const charStart = text.indexOf(from);
  return { passageId, page: 1, charStart, text: text.slice(charStart, text.indexOf(to) + to.length) };
};
const passage = (piece: ReturnType<typeof slice>): CitablePassage => ({
  ...piece,
  source: 'document',
  documentId: 'd',
  documentVersion: 1,
  title: null,
  headings: [],
  context: '',
  around: [],
});
const near = (distance: number, piece: ReturnType<typeof slice>): Neighbour => ({ ...piece, distance });

const middle = passage(slice('c', 'Five', 'six.'));
const all = [
  near(-2, slice('a', 'One', 'two.')),
  near(-1, slice('b', 'Three', 'four.')),
  near(1, slice('d', 'Seven', 'eight.')),
  near(2, slice('e', 'Nine', 'ten.')),
];
const around = (widened: CitablePassage[]): (string | null)[][] =>
  widened.map((one) => one.around.map(({ passageId }) => passageId));

describe('widenPassages', () => {
  it('adds the nearest pieces first, as far as the tokens reach', () => {
    expect(around(widenPassages([middle], [all], 3, words))).toEqual([[]]);
    expect(around(widenPassages([middle], [all], 4, words))).toEqual([['b']]);
    expect(around(widenPassages([middle], [all], 8, words))).toEqual([['b', 'd']]);
    expect(around(widenPassages([middle], [all], 99, words))).toEqual([['b', 'd', 'a', 'e']]);
  });

  it('leaves no gap on a side', () => {
    expect(
      around(widenPassages([middle], [all.filter(({ distance }) => distance !== -1)], 99, words)),
    ).toEqual([['d', 'e']]);
  });

  it('takes nothing twice: not another passage, not an overlap', () => {
    const next = passage(slice('d', 'Seven', 'eight.'));
    const [first, second] = widenPassages([middle, next], [all, [{ ...all[3]!, distance: 1 }]], 99, words);
    expect(around([first!, second!])).toEqual([['b', 'a'], ['e']]);
    const overlapping = [near(1, slice('d', 'Five', 'eight.')), near(-1, slice('b', 'Three', 'six.'))];
    const [widened] = widenPassages([middle], [overlapping], 99, words);
    expect(widened!.around.map((piece) => piece.text)).toEqual(['Three four.', 'Seven eight.']);
  });

  it('keeps each piece exactly where it stands in the source', () => {
    const overlapping = [near(1, slice('d', 'six', 'ten.')), near(-1, slice('a', 'One', 'Five'))];
    const [widened] = widenPassages([middle], [overlapping], 99, words);
    for (const { charStart, text: own } of widened!.around)
      expect(text.slice(charStart, charStart + own.length)).toBe(own);
    expect(middle.around).toEqual([]);
  });
});
