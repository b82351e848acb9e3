import fc from 'fast-check';
import { MarkGate, type GateOutput } from './mark-gate.js';

const through = (deltas: string[]): GateOutput[] => {
  const gate = new MarkGate();
  return merged([...deltas.flatMap((delta) => gate.push(delta)), ...gate.end()]);
};

/** Neighbouring texts as one: how they are cut is no part of what the gate promises. */
const merged = (outputs: GateOutput[]): GateOutput[] => {
  const result: GateOutput[] = [];
  for (const output of outputs) {
    const last = result.at(-1);
    if (output.type === 'text' && last?.type === 'text') last.text += output.text;
    else result.push({ ...output });
  }
  return result;
};

const marksOf = (text: string): number[][] =>
  through([text]).flatMap((output) => (output.type === 'mark' ? [output.numbers] : []));
const textOf = (outputs: GateOutput[]): string =>
  outputs.map((output) => (output.type === 'text' ? output.text : output.space)).join('');

const pieces = fc.oneof(
  fc.constantFrom(
    '[',
    ']',
    '[1]',
    '[1, 2]',
    '[3][4]',
    ' [12]',
    '`',
    '``',
    '```',
    '\n```\n',
    '~~~',
    '\n',
    ' ',
    '. ',
  ),
  fc.constantFrom('[1,', '[ 2 ]', '[x]', '[1](a)', '\\`', '가나다', '🙂', '\uD83D', '\uDE42', '\0', 'a'),
  fc.string({ maxLength: 5 }),
);
const markdown = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));

/** The text and a way to cut it. */
const cutText = markdown.chain((text) =>
  fc.tuple(
    fc.constant(text),
    fc.array(fc.nat({ max: Math.max(text.length, 1) }), { maxLength: 20 }).map((cuts) => {
      const points = [
        0,
        ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b),
        text.length,
      ];
      return points.slice(1).map((end, index) => text.slice(points[index], end));
    }),
  ),
);

describe('MarkGate', () => {
  it('finds single, listed and neighbouring marks with the claim they close', () => {
    expect(through(['A is 5 [1]. B is 6 [2, 3]. C holds [4][1].'])).toEqual([
      { type: 'text', text: 'A is 5' },
      { type: 'mark', space: ' ', numbers: [1], claim: 'A is 5' },
      { type: 'text', text: '. B is 6' },
      { type: 'mark', space: ' ', numbers: [2, 3], claim: 'B is 6' },
      { type: 'text', text: '. C holds' },
      { type: 'mark', space: ' ', numbers: [4], claim: 'C holds' },
      { type: 'mark', space: '', numbers: [1], claim: 'C holds' },
      { type: 'text', text: '.' },
    ]);
  });

  it.each([
    ['inline code', 'use `a[0]` and ``b ` [1]`` here'],
    ['a fence', 'x\n```js\na[0] = [1];\n```\n'],
    ['a tilde fence in a list', '- ~~~\n  [1]\n  ~~~\n'],
    ['a fence that never ends', '```\n[1]\n'],
  ])('lets everything in %s pass untouched', (_, text) => {
    expect(through([text])).toEqual([{ type: 'text', text }]);
  });

  it('sees marks again after code', () => {
    expect(marksOf('`a[0]` [1]\n```\n[2]\n```\nx [3]')).toEqual([[1], [3]]);
    expect(marksOf('a stray ` here\nand [1]')).toEqual([[1]]);
    expect(marksOf('``` not a fence ``` [5]')).toEqual([[5]]);
  });

  it.each(['[a]', '[1', '[1-2]', '[^1]', '[]', '[,]', '[1,]'])('takes %s for text', (text) => {
    expect(through([text])).toEqual([{ type: 'text', text }]);
  });

  it('passes a long list in parts instead of letting it out unverified', () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(marksOf(`x [${numbers.join(', ')}]`).flat()).toEqual(numbers);
  });

  it('holds back no more than 32 characters', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const gate = new MarkGate();
        let given = 0;
        let gone = 0;
        for (const unit of text) {
          given += unit.length;
          for (const output of gate.push(unit)) {
            gone += output.type === 'text' ? output.text.length : Number.MAX_SAFE_INTEGER;
          }
          if (gone >= Number.MAX_SAFE_INTEGER) return;
          expect(given - gone).toBeLessThanOrEqual(33);
        }
      }),
    );
  });

  it('gives the same for any split into deltas', () => {
    fc.assert(
      fc.property(cutText, ([text, deltas]) => {
        expect(through(deltas)).toEqual(through([text]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('loses and invents nothing but marks', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const expected = text.replace(/\p{Surrogate}|\0/gu, '\uFFFD');
        const outputs = through([text]);
        const withMarks = textOf(outputs);
        expect(withMarks.replace(/[[\],\d \t]/g, '')).toBe(expected.replace(/[[\],\d \t]/g, ''));
        expect(withMarks).not.toMatch(/\p{Surrogate}/u);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never ends an output inside a surrogate pair', () => {
    const gate = new MarkGate();
    expect(gate.push('a\uD83D')).toEqual([{ type: 'text', text: 'a' }]);
    expect(gate.push('\uDE42')).toEqual([{ type: 'text', text: '🙂' }]);
    expect([...gate.push('\uD83D'), ...gate.end()]).toEqual([{ type: 'text', text: '\uFFFD' }]);
  });
});
