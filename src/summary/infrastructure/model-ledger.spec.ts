import { readModelLedger, splitModelAnswer } from './model-ledger.js';

const turn = (messageId: string, content: string) => ({
  messageId,
  role: 'user' as const,
  content,
  name: null,
  createdAt: new Date(0),
});
const turns = [
  turn('m1', 'The budget is 500.'),
  turn('m2', 'No, the budget is 700, and we take the red one.'),
];
const read = (list: unknown) => readModelLedger(JSON.stringify(list), turns);

describe('splitModelAnswer', () => {
  it('parts prose and list', () => {
    expect(splitModelAnswer('Budget: 700.\n\n```json\n[{"kind":"number"}]\n```\n')).toEqual({
      prose: 'Budget: 700.',
      ledger: '[{"kind":"number"}]',
    });
  });

  it('takes an answer without a list as prose', () => {
    expect(splitModelAnswer(' Just prose. ')).toEqual({ prose: 'Just prose.', ledger: null });
  });
});

describe('readModelLedger', () => {
  it('keeps facts with the message that they name, and what they replace', () => {
    const item = { kind: 'number', text: 'budget is 700', turn: 2, replaces: 'budget is 500' };
    expect(read([item])).toEqual({
      entries: [{ kind: 'number', text: 'budget is 700', messageId: 'm2', role: 'user', supersededBy: null }],
      replaced: [{ text: 'budget is 500', byMessageId: 'm2' }],
    });
  });

  it('drops what the named turn does not bear out', () => {
    expect(read([{ kind: 'number', text: 'budget is 900', turn: 2 }]).entries).toEqual([]);
    expect(read([{ kind: 'decision', text: 'buy seven yellow submarines', turn: 2 }]).entries).toEqual([]);
    expect(read([{ kind: 'decision', text: 'take the red one', turn: 2 }]).entries).toHaveLength(1);
  });

  it.each([
    ['an unknown kind', [{ kind: 'colour', text: 'red one', turn: 2 }]],
    ['a turn that is not there', [{ kind: 'number', text: 'budget 700', turn: 9 }]],
    ['no text', [{ kind: 'number', text: ' ', turn: 2 }]],
    ['other shapes', [null, 7, 'x', { kind: 1, text: {}, turn: 'two' }]],
    ['an object', { kind: 'number' }],
  ])('drops %s', (_, list) => {
    expect(read(list).entries).toEqual([]);
  });

  it('takes a list that cannot be parsed for none', () => {
    expect(readModelLedger('[{', turns).entries).toEqual([]);
    expect(readModelLedger(null, turns).entries).toEqual([]);
  });
});
