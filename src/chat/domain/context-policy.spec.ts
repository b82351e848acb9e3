import fc from 'fast-check';
import { planContext, type ContextMaterial, type TokenMeasure } from './context-policy.js';

/** One token a word, which cuts between words. */
const words: TokenMeasure = {
  count: (text) => text.split(/\s+/).filter(Boolean).length,
  truncate: (text, maxTokens) => text.split(/\s+/).filter(Boolean).slice(0, maxTokens).join(' '),
};

const wordsOf = (count: number, word: string): string => Array.from({ length: count }, () => word).join(' ');

const materialOf = (change: Partial<ContextMaterial> = {}): ContextMaterial => ({
  budgetTokens: 200,
  instructions: wordsOf(10, 'rule'),
  ownInstructions: null,
  summary: null,
  recalled: null,
  exchanges: [],
  passages: null,
  question: { messageId: 'q', content: wordsOf(5, 'ask') },
  ...change,
});

const exchangeOf = (index: number, questionTokens: number, answerTokens: number) => [
  { messageId: `u${index}`, role: 'user' as const, content: wordsOf(questionTokens, `u${index}`) },
  { messageId: `a${index}`, role: 'assistant' as const, content: wordsOf(answerTokens, `a${index}`) },
];

const passagesOf = (sizes: number[]): NonNullable<ContextMaterial['passages']> => ({
  count: sizes.length,
  render: (kept) => ['<', ...kept.map((index) => wordsOf(sizes[index]!, `p${index}`)), '>'].join(' '),
});

/** Older turns `o0`, `o1`, …, and by their ids those of the newest exchanges that may be recalled as well. */
const recalledOf = (
  sizes: number[],
  fit: number,
  newest: { messageId: string; tokens: number }[] = [],
): NonNullable<ContextMaterial['recalled']> => {
  const turns = [...sizes.map((tokens, index) => ({ messageId: `o${index}`, tokens })), ...newest];
  return {
    turns,
    fit,
    render: (kept) =>
      [
        'Recalled :',
        ...kept.map((index) => `said: ${wordsOf(turns[index]!.tokens, turns[index]!.messageId)}`),
      ].join(' '),
  };
};

const arbitrary = fc
  .record({
    budgetTokens: fc.integer({ min: 15, max: 600 }),
    instructions: fc.integer({ min: 1, max: 10 }).map((count) => wordsOf(count, 'rule')),
    ownInstructions: fc.option(fc.integer({ min: 1, max: 200 }).map((count) => wordsOf(count, 'own'))),
    summary: fc.option(
      fc.integer({ min: 1, max: 300 }).map((count) => ({
        text: wordsOf(count, 'before'),
        render: (text: string) => `Earlier : ${text}`,
      })),
    ),
    exchanges: fc
      .array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 100 })), { maxLength: 12 })
      .map((sizes) => sizes.map(([question, answer], index) => exchangeOf(index, question, answer))),
    older: fc.option(
      fc.record({
        sizes: fc.array(fc.integer({ min: 1, max: 80 }), { maxLength: 20 }),
        fit: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    ),
    passages: fc.option(fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 10 }).map(passagesOf)),
    question: fc
      .integer({ min: 1, max: 700 })
      .map((count) => ({ messageId: 'q', content: wordsOf(count, 'ask') })),
  })
  .filter(
    ({ budgetTokens, instructions }) => budgetTokens >= words.count(instructions) + 32 || budgetTokens < 20,
  )
  .filter(({ budgetTokens, question }) => budgetTokens > 42 || words.count(question.content) < 5)
  .map(({ older, ...material }) => ({
    ...material,
    recalled:
      older &&
      recalledOf(
        older.sizes,
        older.fit,
        material.exchanges
          .flat()
          .map(({ messageId, content }) => ({ messageId, tokens: words.count(content) })),
      ),
  }));

describe('planContext', () => {
  it('never exceeds the budget, and always holds instructions and question', () => {
    fc.assert(
      fc.property(arbitrary, (material) => {
        const { parts, totalTokens } = planContext(material, words);
        expect(totalTokens).toBeLessThanOrEqual(material.budgetTokens);
        expect(totalTokens).toBe(parts.reduce((sum, { content }) => sum + words.count(content), 0));
        expect(parts[0]?.content.startsWith(material.instructions)).toBe(true);
        const question = parts.at(-1);
        expect(question?.source).toBe('question');
        const room = material.budgetTokens - words.count(material.instructions);
        const wanted = words.count(material.question.content);
        expect(question?.tokens).toBe(Math.min(wanted, room));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps whole exchanges, an unbroken run up to the newest', () => {
    fc.assert(
      fc.property(arbitrary, (material) => {
        const ids = planContext(material, words)
          .parts.filter(({ source }) => source === 'recent')
          .flatMap(({ messageIds }) => messageIds);
        const all = material.exchanges.flat().map(({ messageId }) => messageId);
        expect(all.slice(all.length - ids.length)).toEqual(ids);
        expect(ids.length % 2).toBe(0);
      }),
    );
  });

  it('leaves nothing unused that the next exchange or passage would fit into', () => {
    fc.assert(
      fc.property(arbitrary, (material) => {
        const { parts, totalTokens, keptPassages } = planContext(material, words);
        const left = material.budgetTokens - totalTokens;
        const recent = parts.filter(({ source }) => source === 'recent').length / 2;
        const next = material.exchanges.toReversed()[recent];
        const nextTokens = next ? next.reduce((sum, { content }) => sum + words.count(content), 0) : Infinity;
        // what the passages took after the exchanges may have been room for one more
        const passages = parts.find(({ source }) => source === 'passages')?.tokens ?? 0;
        expect(nextTokens).toBeGreaterThan(left);
        const count = parts.some(({ source }) => source === 'passages') ? (material.passages?.count ?? 0) : 0;
        for (let index = 0; index < count; index++) {
          const more = material.passages!.render([...keptPassages, index]);
          expect(keptPassages.includes(index) || words.count(more) - passages > left).toBe(true);
        }
      }),
    );
  });

  it('holds no turn twice, and the full text of each that it names', () => {
    fc.assert(
      fc.property(arbitrary, (material) => {
        const { parts } = planContext(material, words);
        const ids = parts.flatMap(({ messageIds }) => messageIds);
        expect(new Set(ids).size).toBe(ids.length);
        const recalled = parts.find(({ source }) => source === 'recalled');
        const tokensOf = new Map(material.recalled?.turns.map((turn) => [turn.messageId, turn.tokens]));
        for (const id of recalled?.messageIds ?? [])
          expect(recalled!.content).toContain(`said: ${wordsOf(tokensOf.get(id)!, id)}`);
        expect(recalled?.messageIds.length).not.toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the order: what is older stands before what is newer, and the question last', () => {
    const order = ['system', 'summary', 'recalled', 'recent', 'passages', 'question'];
    fc.assert(
      fc.property(arbitrary, (material) => {
        const places = planContext(material, words).parts.map(({ source }) => order.indexOf(source));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
    );
  });

  it('without passages leaves no room that a recalled turn would fit into', () => {
    fc.assert(
      fc.property(arbitrary, (material) => {
        const { parts, totalTokens } = planContext(material, words);
        const held = new Set(parts.flatMap(({ messageIds }) => messageIds));
        const left = material.budgetTokens - totalTokens;
        if (parts.some(({ source }) => source === 'passages')) return;
        // A line costs a word more than its turn, the estimate four, and the block two for its frame.
        for (const { messageId, tokens } of material.recalled?.turns ?? [])
          expect(held.has(messageId) || tokens + 6 > left).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('recalls older turns for a question that they answer, and keeps the newest for one that they do not', () => {
    const exchanges = Array.from({ length: 10 }, (_, index) => exchangeOf(index, 10, 10));
    const shown = (fit: number): number[] => {
      const recalled = recalledOf([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10], fit);
      const { parts } = planContext(materialOf({ exchanges, recalled }), words);
      const count = (source: string): number =>
        parts.filter((part) => part.source === source).flatMap(({ messageIds }) => messageIds).length;
      return [count('recalled'), count('recent')];
    };
    expect(shown(0)).toEqual([0, 18]);
    expect(shown(1)).toEqual([12, 4]);
  });

  it('shows a short conversation as it was, whatever could be recalled of it', () => {
    const exchanges = [exchangeOf(0, 10, 10), exchangeOf(1, 10, 10)];
    const turns = exchanges.flat().map(({ messageId }) => ({ messageId, tokens: 10 }));
    const recalled = recalledOf([], 1, turns);
    const { parts } = planContext(materialOf({ exchanges, recalled }), words);
    expect(parts.map(({ source }) => source)).toEqual([
      'system',
      'recent',
      'recent',
      'recent',
      'recent',
      'question',
    ]);
  });

  it('gives the passages what a short history leaves, and the history what few passages leave', () => {
    const manyPassages = planContext(materialOf({ passages: passagesOf([40, 40, 40, 40]) }), words);
    expect(manyPassages.keptPassages).toEqual([0, 1, 2, 3]);
    const exchanges = [exchangeOf(0, 30, 40), exchangeOf(1, 30, 40)];
    const fewPassages = planContext(materialOf({ exchanges, passages: passagesOf([10]) }), words);
    expect(fewPassages.parts.filter(({ source }) => source === 'recent')).toHaveLength(4);
  });

  it('passes over a passage that does not fit for a smaller one', () => {
    expect(planContext(materialOf({ passages: passagesOf([50, 500, 20]) }), words).keptPassages).toEqual([
      0, 2,
    ]);
  });

  it('cuts the summary to its share', () => {
    const summary = { text: wordsOf(500, 'before'), render: (text: string) => `Earlier : ${text}` };
    const part = planContext(materialOf({ summary }), words).parts.find(({ source }) => source === 'summary');
    expect(part?.tokens).toBeLessThanOrEqual(61);
    expect(part?.tokens).toBeGreaterThan(40);
  });

  it('refuses a budget without room for the question, and says which would do', () => {
    const material = materialOf({ budgetTokens: 12 });
    expect(() => planContext(material, words)).toThrow('at least 15');
  });
});
