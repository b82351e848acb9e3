import { ModelsConfig } from './models.config.js';

const refusals = (settings: Partial<ModelsConfig>): string[] =>
  Object.assign(new ModelsConfig(), settings).requirements();

describe('ModelsConfig', () => {
  it('takes nothing at all, and everything together', () => {
    expect(refusals({})).toEqual([]);
    expect(refusals({ apiKey: 'key' })).toEqual([]);
    expect(refusals({ baseUrl: 'http://127.0.0.1/v1', chatModel: 'm', embeddingModel: 'e' })).toEqual([]);
    expect(refusals({ apiKey: 'key', embeddingModel: 'e' })).toEqual([]);
  });

  it.each<[Partial<ModelsConfig>, RegExp]>([
    [{ chatModel: 'm' }, /^CHAT_MODEL is set, but OPENAI_API_KEY is missing/],
    [{ embeddingModel: 'e' }, /^EMBEDDING_MODEL is set, but OPENAI_API_KEY is missing/],
    [
      { baseUrl: 'http://127.0.0.1/v1' },
      /^OPENAI_BASE_URL is set, but neither CHAT_MODEL nor EMBEDDING_MODEL/,
    ],
  ])('names what %j lacks', (settings, sentence) => {
    expect(refusals(settings)).toEqual([expect.stringMatching(sentence)]);
  });
});
