import { HttpReranker } from '../../src/platform/models/http-reranker.js';
import type { Reranker } from '../../src/platform/models/reranker.port.js';
import { OpenAiServer } from '../openai-server.js';
import { rerankerContract } from './reranker.contract.js';

const server = await OpenAiServer.start();
afterAll(() => server.close());
beforeEach(() => {
  server.rerank = {};
  server.reranks.length = 0;
});

const connect = (settings: { apiKey?: string; timeoutMs?: number } = {}): Reranker =>
  new HttpReranker('scripted-reranker', `${server.baseUrl}/`, { timeoutMs: 10_000, ...settings });

describe('HttpReranker', () => {
  rerankerContract(async () => connect());

  it('asks as Cohere, Jina and vLLM are asked, and sends a key only where there is one', async () => {
    await connect().rerank('a question', ['one', 'two']);
    await connect({ apiKey: 'secret' }).rerank('a question', ['one']);
    expect(server.reranks).toEqual([
      {
        call: { model: 'scripted-reranker', query: 'a question', documents: ['one', 'two'], top_n: 2 },
        authorization: undefined,
      },
      {
        call: { model: 'scripted-reranker', query: 'a question', documents: ['one'], top_n: 1 },
        authorization: 'Bearer secret',
      },
    ]);
  });

  it.each<[string, unknown]>([
    ['no results', {}],
    ['null', null],
    ['too few', { results: [{ index: 0, relevance_score: 1 }] }],
    ['one twice', { results: [0, 0].map((index) => ({ index, relevance_score: 1 })) }],
    ['one that was not sent', { results: [0, 2].map((index) => ({ index, relevance_score: 1 })) }],
    ['no number', { results: [0, 1].map((index) => ({ index, relevance_score: index ? null : 1 })) }],
  ])('refuses an answer that cannot be used: %s', async (_, answer) => {
    server.rerank = { answer: () => answer };
    await expect(connect().rerank('q', ['a', 'b'])).rejects.toMatchObject({ code: 'model.invalid-answer' });
  });

  it.each<[number, string, boolean]>([
    [401, 'model.misconfigured', false],
    [422, 'model.misconfigured', false],
    [503, 'model.unavailable', true],
  ])('tells what a status %i means', async (status, code, retryable) => {
    server.rerank = { status };
    await expect(connect().rerank('q', ['a'])).rejects.toMatchObject({ code, retryable });
  });

  it('heeds how long a busy server wants to be left alone', async () => {
    server.rerank = { status: 429, headers: { 'retry-after': '7' } };
    const refusal = { code: 'model.unavailable', retryAfterSeconds: 7 };
    await expect(connect().rerank('q', ['a'])).rejects.toMatchObject(refusal);
  });

  it('does not follow a redirection, which would carry passages elsewhere', async () => {
    server.rerank = { status: 307, headers: { location: `${server.baseUrl}/rerank` } };
    await expect(connect().rerank('q', ['a'])).rejects.toMatchObject({ code: 'model.unavailable' });
    expect(server.reranks).toHaveLength(1);
  });

  it('gives up a server that does not answer in time, and after five in a row does not ask', async () => {
    server.rerank = { hang: true };
    const reranker = connect({ timeoutMs: 50 });
    for (let time = 0; time < 6; time++)
      await expect(reranker.rerank('q', ['a'])).rejects.toMatchObject({ code: 'model.unavailable' });
    expect(server.reranks).toHaveLength(5);
  });
});
