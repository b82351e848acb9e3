import { RerankConfig } from './rerank.config.js';

const refusals = (settings: Partial<RerankConfig>): string[] =>
  Object.assign(new RerankConfig(), settings).requirements();

describe('RerankConfig', () => {
  it('takes nothing at all, and a model with its server', () => {
    expect(refusals({})).toEqual([]);
    expect(refusals({ model: 'm', baseUrl: 'http://127.0.0.1/v1', apiKey: 'key' })).toEqual([]);
  });

  it.each<[Partial<RerankConfig>, RegExp]>([
    [{ model: 'm' }, /^RERANK_MODEL is set, but RERANK_BASE_URL/],
    [{ baseUrl: 'http://127.0.0.1/v1' }, /^RERANK_BASE_URL is set, but RERANK_MODEL/],
    [{ apiKey: 'key' }, /^RERANK_API_KEY is set, but RERANK_MODEL/],
  ])('names what %j lacks', (settings, sentence) => {
    expect(refusals(settings)).toEqual([expect.stringMatching(sentence)]);
  });
});
