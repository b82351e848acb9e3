import { firstBatch, reachesTrigger, splitByAge, summaryBound } from './memory-window.js';

interface Turn {
  role: 'user' | 'assistant';
  tokens: number;
}

const conversation = (...tokens: number[]): Turn[] =>
  tokens.map((count, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', tokens: count }));
const tokensOf = (turn: Turn): number => turn.tokens;
const policy = { recentTurns: 4, recentTokens: 100, triggerTokens: 50 };

describe('splitByAge', () => {
  it('keeps the newest turns up to the number allowed', () => {
    const { aged, recent } = splitByAge(conversation(10, 10, 10, 10, 10, 10), tokensOf, policy);
    expect([aged.length, recent.length]).toEqual([2, 4]);
  });

  it('keeps fewer when they are long', () => {
    const { recent } = splitByAge(conversation(10, 10, 10, 60, 10, 60), tokensOf, policy);
    expect(recent.map(tokensOf)).toEqual([10, 60]);
  });

  it('never ages the last exchange, however long', () => {
    const { aged, recent } = splitByAge(conversation(500, 900), tokensOf, policy);
    expect(aged).toEqual([]);
    expect(recent).toHaveLength(2);
  });

  it('cuts behind an answer, so that no question loses its answer', () => {
    const { aged } = splitByAge(conversation(10, 10, 60, 30, 10, 10), tokensOf, policy);
    expect(aged.at(-1)).toEqual({ role: 'assistant', tokens: 30 });
  });
});

describe('reachesTrigger', () => {
  it('counts the aged turns alone', () => {
    expect(reachesTrigger(conversation(20, 20, 20, 20, 20, 20), tokensOf, policy)).toBe(false);
    expect(reachesTrigger(conversation(30, 20, 20, 20, 20, 20), tokensOf, policy)).toBe(true);
  });

  it('does not count further back than it must', () => {
    const counted: number[] = [];
    const turns = conversation(...Array.from({ length: 1_000 }, () => 25));
    reachesTrigger(turns, (turn) => counted.push(turns.indexOf(turn)) && turn.tokens, policy);
    expect(Math.min(...counted)).toBeGreaterThan(990);
  });
});

describe('firstBatch', () => {
  it('takes the oldest turns that fit', () => {
    expect(firstBatch(conversation(30, 30, 30, 30), tokensOf, 100)).toHaveLength(3);
  });

  it('takes one turn that does not fit rather than none', () => {
    expect(firstBatch(conversation(300, 30), tokensOf, 100)).toHaveLength(1);
  });
});

describe('summaryBound', () => {
  it('stays below what is condensed and below the setting', () => {
    expect(summaryBound(1_000, 500)).toBe(400);
    expect(summaryBound(100_000, 500)).toBe(500);
    expect(summaryBound(10, 500)).toBe(60);
  });
});
