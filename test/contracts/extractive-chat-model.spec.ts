import { ExtractiveChatModel } from '../../src/platform/models/extractive-chat-model.js';
import { WordTokenizer } from '../fakes/word-tokenizer.js';
import { aChatRequest, describeChatModel, textOf } from './chat-model.contract.js';

const model = new ExtractiveChatModel(new WordTokenizer());
describeChatModel('ExtractiveChatModel', async () => model);

const passage = (number: number, text: string) => ({ number, title: 'T', text, headings: [], page: null });

describe('ExtractiveChatModel', () => {
  it('quotes the best sentence with its mark and says that it is no language model', async () => {
    const text = await textOf(model.stream(aChatRequest()));
    expect(text).toContain('“Its battery lasts 11 hours.” [1]');
    expect(text).not.toContain('320 grams');
    expect(text).toContain('No language model is configured');
  });

  it('speaks the language of the question', async () => {
    const request = aChatRequest({
      language: 'ko',
      question: '보증 기간은 얼마입니까',
      passages: [passage(1, '무게는 320 그램이다. 보증 기간은 24개월이다.')],
    });
    const text = await textOf(model.stream(request));
    expect(text).toContain('언어 모델이 없어');
    expect(text).toContain('“보증 기간은 24개월이다.” [1]');
  });

  it('says honestly that nothing fits', async () => {
    const request = aChatRequest({ question: 'Who composed the opera?' });
    expect(await textOf(model.stream(request))).toContain('none was found');
    expect(await textOf(model.stream(aChatRequest({ passages: [] })))).toContain('none was found');
  });

  it('says that it cannot answer without a source', async () => {
    const text = await textOf(model.stream(aChatRequest({ grounding: undefined, passages: [] })));
    expect(text).toContain('cannot be answered');
  });

  it('takes brackets and code marks out of quotes, and cuts long sentences', async () => {
    const long = `${'filler words here '.repeat(16)}and the battery lasts \`11\` hours [3]`;
    const text = await textOf(model.stream(aChatRequest({ passages: [passage(1, long)] })));
    const quoted = /“(.*)”/.exec(text)?.[1] ?? '';
    expect(quoted).toContain('the battery lasts 11 hours');
    expect(quoted).toMatch(/^… /);
    expect(quoted.length).toBeLessThanOrEqual(280);
    expect(text.match(/\[\d+\]/g)).toEqual(['[1]']);
  });

  it('quotes a sentence of overlapping passages once', async () => {
    const same = 'The battery lasts 11 hours.';
    const text = await textOf(model.stream(aChatRequest({ passages: [passage(1, same), passage(2, same)] })));
    expect(text.split(same)).toHaveLength(2);
  });
});
