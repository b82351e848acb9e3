import { namedSpeakers, rankForRecall, type RecallCandidate, type RecallQuestion } from './recall-score.js';

const candidate = (position: number, change: Partial<RecallCandidate> = {}): RecallCandidate => ({
  messageId: String(position).padStart(4, '0'),
  position,
  sitting: 0,
  speaker: null,
  saidAt: new Date('2026-03-01T00:00:00Z'),
  tokens: 20,
  termCount: 10,
  frequencies: [0],
  similarity: null,
  asks: false,
  tellsTime: false,
  ...change,
});
const question: RecallQuestion = { text: 'coolant?', weights: [2], averageTermCount: 10, range: null };
const order = (candidates: RecallCandidate[], asked = question): number[] =>
  rankForRecall(candidates, asked).map(({ messageId }) => Number(messageId));

describe('rankForRecall', () => {
  it('puts what has the words first, and what follows it before what came long before', () => {
    const turns = [0, 1, 2, 3, 4, 5, 6].map((at) =>
      candidate(at + 1, { sitting: 0, frequencies: [at === 3 ? 1 : 0] }),
    );
    const ranked = order(turns);
    expect(new Set(ranked.slice(0, 2))).toEqual(new Set([4, 5]));
    expect(ranked.indexOf(5)).toBeLessThan(ranked.indexOf(3));
  });

  it('does not take a turn of another sitting for a neighbour', () => {
    const hit = candidate(1, { frequencies: [1] });
    const [, next] = rankForRecall([hit, candidate(2, { sitting: 2, similarity: 0.3 })], question);
    expect(next).toMatchObject({ messageId: '0002', fit: 0 });
  });

  it('prefers an answer to the question before it, and a short turn to a long one', () => {
    const asked = candidate(1, { frequencies: [1], asks: true });
    const answer = candidate(2, { frequencies: [1] });
    expect(order([asked, answer])).toEqual([2, 1]);
    const short = candidate(1, { sitting: 1, frequencies: [1], tokens: 10 });
    const long = candidate(9, { sitting: 9, frequencies: [1], tokens: 200 });
    expect(order([long, short])).toEqual([1, 9]);
  });

  it('prefers the speaker whom the question names, and the time that it names', () => {
    const mina = candidate(1, { sitting: 1, frequencies: [1], speaker: 'Mina' });
    const joon = candidate(5, { sitting: 5, frequencies: [1], speaker: 'Joon' });
    expect(order([joon, mina], { ...question, text: 'Which coolant does Mina like?' })).toEqual([1, 5]);
    expect(order([joon, mina], { ...question, text: 'Which coolant does Joon like?' })).toEqual([5, 1]);
    const range = { from: new Date('2026-03-02'), to: new Date('2026-03-03') };
    const inTime = candidate(3, { sitting: 3, saidAt: new Date('2026-03-02T12:00:00Z') });
    const before = candidate(2, { sitting: 2 });
    expect(order([before, inTime], { ...question, range })).toEqual([3]);
  });
});

describe('namedSpeakers', () => {
  const speakers = ['Ann', '민수', null];
  it.each([
    ['What did Ann say?', ['Ann']],
    ['What did Anna say?', []],
    ['민수가 좋아하는 것은?', ['민수']],
    ['What did Ann tell 민수?', ['Ann', '민수']],
    ['Nobody', []],
  ])('%j', (question_, expected) => {
    expect([...namedSpeakers(question_, speakers)]).toEqual(expected);
  });
});
