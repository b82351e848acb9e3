import { maxLedgerEntries, mergeLedger, renderLedger, supersede, type LedgerEntry } from './ledger.js';

const fact = (text: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  kind: 'number',
  text,
  messageId: 'm1',
  role: 'user',
  supersededBy: null,
  ...more,
});
const words = (text: string): number => text.split(/\s+/).length;

describe('mergeLedger', () => {
  it('keeps one of two that say the same', () => {
    expect(mergeLedger([fact('Budget: 500')], [fact('budget 500'), fact('Budget: 700')])).toHaveLength(2);
  });

  it('drops what answers said before what the user said', () => {
    const answers = Array.from({ length: maxLedgerEntries }, (_, at) =>
      fact(`answer ${at}`, { role: 'assistant' }),
    );
    const merged = mergeLedger([fact('my name is Kim'), ...answers], [fact('new')]);
    expect(merged).toHaveLength(maxLedgerEntries);
    expect(merged.map(({ text }) => text)).toEqual(expect.arrayContaining(['my name is Kim', 'new']));
    expect(merged.map(({ text }) => text)).not.toContain('answer 0');
  });
});

describe('supersede', () => {
  it('marks what a later message made void, once', () => {
    const replaced = supersede(
      [fact('Budget: 500'), fact('Team: 4')],
      [{ text: 'budget 500', byMessageId: 'm9' }],
    );
    expect(replaced.map(({ supersededBy }) => supersededBy)).toEqual(['m9', null]);
    expect(supersede(replaced, [{ text: 'Budget: 500', byMessageId: 'm12' }])[0]!.supersededBy).toBe('m9');
  });
});

describe('renderLedger', () => {
  it('shows what holds and is not in the prose, the user first, within the bound', () => {
    const entries = [
      fact('said by the answer', { role: 'assistant' }),
      fact('void', { supersededBy: 'm2' }),
      fact('in the prose'),
      fact('said by the user'),
    ];
    expect(renderLedger(entries, 'It is: in the prose.', words, 100)).toBe(
      '- said by the user\n- said by the answer',
    );
    expect(renderLedger(entries, '', words, 6)).toBe('- in the prose');
  });
});
