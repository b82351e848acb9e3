import { ledgerByRule, proseOf } from './ledger-rules.js';

const factsIn = (content: string, role: 'user' | 'assistant' = 'user') =>
  ledgerByRule([{ messageId: 'm1', role, content }]);
const kindsIn = (content: string): string[] => factsIn(content).map(({ kind }) => kind);

describe('ledgerByRule', () => {
  it.each([
    ['The launch is on 2026-03-01.', 'date'],
    ['The launch is on March 1, 2026.', 'date'],
    ['출시는 2026년 3월 1일입니다.', 'date'],
    ['The budget is $4,200 this year.', 'number'],
    ['예산은 3,500만원으로 정했어요.', 'number'],
    ['My name is Jiwoo, nice to meet you.', 'name'],
    ['Please ask Grace Hopper about it.', 'name'],
    ['제 이름은 김민수입니다.', 'name'],
    ['박지영 팀장에게 물어보세요.', 'name'],
    ['The order is PO-7731 as before.', 'identifier'],
    ['Write to kim@example.com please.', 'identifier'],
  ])('%s', (sentence, kind) => {
    expect(kindsIn(sentence)).toEqual([kind]);
  });

  it('finds nothing in small talk', () => {
    expect(factsIn('Thanks, that helps a lot! 고마워요, 도움이 됐어요.')).toEqual([]);
  });

  it('keeps the words that give a figure its meaning, and the message it came from', () => {
    const filler = 'and so on with many more words that go nowhere in particular before it stops at last';
    const [fact] = factsIn(
      `After a long talk we agreed that the travel budget is $4,200 for now, ${filler}.`,
    );
    expect(fact).toMatchObject({ kind: 'number', messageId: 'm1', supersededBy: null });
    expect(fact!.text).toContain('travel budget is $4,200');
    expect(fact!.text).not.toContain('nowhere');
  });

  it('makes one entry of facts that stand together', () => {
    const facts = factsIn('Grace Hopper ordered PO-7731 for 2026-03-01 at $4,200.');
    expect(facts).toHaveLength(1);
    expect(facts[0]).toMatchObject({ kind: 'date', text: expect.stringContaining('PO-7731') });
  });

  it('does not take a lone digit for a fact', () => {
    expect(factsIn('Please explain step 3 again.')).toEqual([]);
  });

  it('leaves out citation marks and code', () => {
    expect(proseOf('It is so [1], and [2, 3].\n```js\nconst port = 8080;\n```\nDone.')).toBe(
      'It is so, and.\n\n\nDone.',
    );
    expect(factsIn('As said [12].\n```\nx = 8080\n```')).toEqual([]);
  });

  it('takes a bounded number from one turn, fewer from an answer', () => {
    const figures = Array.from({ length: 100 }, (_, at) => `Value ${at} is ${at * 1_000 + 7} units.`).join(
      '\n',
    );
    expect(factsIn(figures)).toHaveLength(20);
    expect(factsIn(figures, 'assistant')).toHaveLength(6);
  });

  it('finds few and short facts in hostile text, in time that a test has', () => {
    for (const run of ['1'.repeat(100_000), 'A'.repeat(100_000), '1,'.repeat(50_000), 'a.'.repeat(50_000)]) {
      for (const facts of [factsIn(run), factsIn(`${run}@`)]) expect(facts.length).toBeLessThanOrEqual(20);
    }
  });
});
