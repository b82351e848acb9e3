import { O200kTokenCounter } from '../../platform/models/o200k-token-counter.js';
import { lexicalTerms, lexicalVersion } from '../../platform/text/lexical-terms.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import type { Turn } from '../application/transcript-source.port.js';
import { ExtractiveSummariser } from './extractive-summariser.js';

class PlainTokenizer extends Tokenizer {
  readonly version = lexicalVersion;

  terms(text: string): string[] {
    return lexicalTerms(text);
  }

  async termsOfMany(texts: string[]): Promise<string[][]> {
    return texts.map((text) => lexicalTerms(text));
  }
}

const counter = new O200kTokenCounter();
const summariser = new ExtractiveSummariser(new PlainTokenizer(), counter);
const signal = new AbortController().signal;
const turn = (role: Turn['role'], content: string, at: number): Turn => ({
  messageId: `m${at}`,
  role,
  content,
  name: null,
  createdAt: new Date(0),
});
const exchanges = (...pairs: [string, string][]): Turn[] =>
  pairs.flatMap(([question, answer], at) => [
    turn('user', question, at * 2),
    turn('assistant', answer, at * 2 + 1),
  ]);

describe('ExtractiveSummariser', () => {
  it('condenses a Korean conversation, keeping its figures', async () => {
    const turns = exchanges(
      [
        '안녕하세요. 저수지 수위 기준을 알고 싶어요.',
        '저수지 만수위는 45.2미터이고 홍수기 제한수위는 41.0미터입니다 [1].',
      ],
      ['제한수위는 언제부터 적용되나요?', '홍수기 제한수위는 6월 21일부터 9월 20일까지 적용됩니다 [2].'],
      ['날씨가 참 좋네요.', '네, 산책하기 좋은 날입니다. 다른 질문이 있으면 말씀해 주세요.'],
    );
    const draft = await summariser.summarise({ previous: null, turns, maxTokens: 90, signal });
    expect(counter.count(draft.summary)).toBeLessThanOrEqual(90);
    expect(draft.summary).toContain('도우미: ');
    expect(draft.summary).toContain('41.0미터');
    expect(draft.summary).toContain('6월 21일부터');
    expect(draft.summary).not.toContain('산책');
    expect(draft.summary).not.toContain('[1]');
    expect(draft.ledger.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['number', 'date']));
  });

  it('stays within its bound over many rounds and keeps facts in the ledger', async () => {
    let previous: {
      summary: string;
      ledger: Awaited<ReturnType<typeof summariser.summarise>>['ledger'];
    } | null = null;
    for (let round = 0; round < 30; round++) {
      const turns = exchanges([
        round === 0
          ? 'My name is Jiwoo and the order is PO-7731.'
          : `What about step ${round} of the procedure?`,
        `Step ${round} opens valve number ${round} of the procedure slowly. Then wait until the pressure falls.`,
      ]);
      previous = await summariser.summarise({ previous, turns, maxTokens: 120, signal });
      expect(counter.count(previous!.summary)).toBeLessThanOrEqual(120);
    }
    expect(previous!.ledger.map(({ text }) => text).join('\n')).toContain('PO-7731');
  });

  it('says so when turns have no words', async () => {
    const draft = await summariser.summarise({
      previous: null,
      turns: exchanges(['???', '']),
      maxTokens: 60,
      signal,
    });
    expect(draft.summary).toBe('(turns without words)');
  });
});
