import { calibrationPage } from '../../bench/calibration-page.js';
import { supportPairs } from '../../bench/support-pairs.js';
import { acceptedByKind, rowAt, verdictOn, type Judged } from '../../bench/threshold-table.js';
import { Random } from '../random.js';

const judged = (kind: string, accept: boolean, ...scores: number[]): Judged[] =>
  scores.map((score) => ({ group: 'own', kind, accept, score }));

describe('a table of thresholds', () => {
  const all = [
    ...judged('told', true, 0.9, 0.9, 0.6, 0.6),
    ...judged('asked', true, 0.4),
    ...judged('invented', false, 0.1, 0.1, 0.5, 0.5),
  ];

  it('counts kinds alike, however many there are of each', () => {
    expect(rowAt(all, 0.5)).toEqual({ threshold: 0.5, falseAccept: 0.5, falseReject: 0.5 });
    expect(rowAt(all, 0.55)).toEqual({ threshold: 0.55, falseAccept: 0, falseReject: 0.5 });
    expect(acceptedByKind(all, 0.7)).toEqual(
      new Map([
        ['told', 0.5],
        ['asked', 0],
        ['invented', 0],
      ]),
    );
  });

  it('tells a constant that holds from one that does not', () => {
    const thresholds = [0.2, 0.55, 0.8];
    const told = all.filter(({ kind }) => kind !== 'asked');
    expect(verdictOn(told, thresholds, 0.55, 1)).toMatchObject({ best: 0.55, holds: true, constantCost: 0 });
    expect(verdictOn(told, thresholds, 0.8, 1)).toMatchObject({
      best: 0.55,
      holds: false,
      constantCost: 0.5,
    });
    expect(verdictOn(told, thresholds, 0.2, 1).holds).toBe(false);
  });

  it('is drawn, with text as text', () => {
    const calibration = { name: 'x', title: '<b>', constant: 0.55, thresholds: [0.2, 0.55, 0.8] };
    const page = calibrationPage('2026', [{ ...calibration, rejectWeight: 1, judged: all }]);
    expect(page).toContain('&#60;b&#62;');
    expect(page).toContain('<td>0.55</td><td>0.0</td><td>50.0</td>');
  });
});

describe('pairs for the calibration', () => {
  const set = {
    name: 'own',
    language: 'en' as const,
    passages: [
      { text: 'The crane in Ulm was built in 1890 by Gerber. It stands at the river.', article: 0 },
      { text: 'Another crane, painted green, was built later by Moser and sold.', article: 0 },
    ],
    questions: [
      {
        question: 'Who built the crane in Ulm?',
        answer: 'Gerber',
        sentence: 'The crane in Ulm was built in 1890 by Gerber.',
        passage: 0,
      },
      {
        question: 'Who sold another crane?',
        answer: 'Moser',
        sentence: 'Another crane, painted green, was built later by Moser and sold.',
        passage: 1,
      },
    ],
  };

  it('say by their kind whether the passage supports them, and are the same every time', () => {
    const pairs = supportPairs(set, new Random(1), 2);
    expect(pairs).toEqual(supportPairs(set, new Random(1), 2));
    const of = (kind: string) =>
      pairs.filter((pair) => pair.kind === kind && pair.claim.includes('Ulm')).map(({ claim }) => claim);
    expect(of('sentence')).toEqual(['The crane in Ulm was built in 1890 by Gerber']);
    expect(of('question and answer')).toEqual(['Gerber built the crane in Ulm']);
    expect(of('name changed')).toEqual(['The crane in Ulm was built in 1890 by Moser']);
    expect(of('number changed')[0]).toMatch(/built in 189[1-9] by Gerber$/);
    for (const { kind, supported } of pairs)
      expect(supported).toBe(['sentence', 'shortened', 'question and answer'].includes(kind));
    for (const { passage } of pairs.filter(({ kind }) => kind === 'other passage'))
      expect(set.passages.map(({ text }) => text)).toContain(passage);
  });
});
