import { ModelsConfig } from '../../src/platform/config/models.config.js';
import { OpenAiEmbedder } from '../../src/platform/models/openai-embedder.js';
import { OpenAiServer } from '../openai-server.js';
import { waitFor } from '../wait-for.js';
import { embedderContract } from './embedder.contract.js';

const server = await OpenAiServer.start();
afterAll(() => server.close());
beforeEach(() => {
  server.embedding = {};
  server.embeddingInputs.length = 0;
});

const configWith = (change: Partial<ModelsConfig> = {}): ModelsConfig =>
  Object.assign(new ModelsConfig(), { baseUrl: server.baseUrl, apiKey: 'key', ...change });
const connected = await OpenAiEmbedder.connect('scripted-embedding', configWith());

describe('OpenAiEmbedder', () => {
  embedderContract(() => connected);

  it('asks the server once how long its vectors are', async () => {
    const embedder = await OpenAiEmbedder.connect('scripted-embedding', configWith());
    expect(embedder.dimensions).toBe(64);
    expect(server.embeddingInputs).toEqual([['dimensions']]);
  });

  it('asks nothing at the start when the length is set', async () => {
    const embedder = await OpenAiEmbedder.connect('m', configWith({ embeddingDimensions: 64 }));
    expect(embedder.dimensions).toBe(64);
    expect(server.embeddingInputs).toEqual([]);
  });

  it('sends bounded batches', async () => {
    const embedder = await OpenAiEmbedder.connect(
      'm',
      configWith({ embeddingDimensions: 64, embeddingBatchSize: 2 }),
    );
    await embedder.embedPassages(['a', 'b', 'c']);
    expect(server.embeddingInputs).toEqual([['a', 'b'], ['c']]);
  });

  it.each<[string, () => unknown]>([
    ['too short', () => [1, 2]],
    ['no numbers', () => Array.from({ length: 64 }, () => 'x')],
    ['zero', () => Array.from({ length: 64 }, () => 0)],
    ['missing', () => null],
  ])('refuses a vector that is %s', async (_, vectorOf) => {
    server.embedding = { vectorOf };
    await expect(connected.embedQuery('a')).rejects.toMatchObject({
      code: 'model.invalid-answer',
      retryable: false,
    });
  });

  it('passes on when to come back', async () => {
    server.embedding = { status: 429, headers: { 'retry-after': '3' } };
    await expect(connected.embedQuery('a')).rejects.toMatchObject({
      code: 'model.unavailable',
      retryAfterSeconds: 3,
    });
  });

  it.each<[string, Partial<ModelsConfig>, (embedder: OpenAiEmbedder) => Promise<unknown>]>([
    ['a question', { queryTimeoutMs: 300 }, (embedder) => embedder.embedQuery('a')],
    ['passages', { firstTokenTimeoutMs: 300 }, (embedder) => embedder.embedPassages(['a'])],
  ])('does not wait for %s for ever', async (_, limit, embed) => {
    const embedder = await OpenAiEmbedder.connect('m', configWith({ embeddingDimensions: 64, ...limit }));
    server.embedding = { hang: true };
    await expect(embed(embedder)).rejects.toMatchObject({ code: 'model.unavailable' });
  });

  it('closes the connection when the caller aborts', async () => {
    server.embedding = { hang: true };
    server.embeddingsAborted = 0;
    const controller = new AbortController();
    const waiting = connected.embedPassages(['a'], controller.signal);
    await waitFor(() => server.embeddingInputs.length === 1);
    controller.abort(new Error('no longer wanted'));
    await expect(waiting).rejects.toThrow('no longer wanted');
    await waitFor(() => server.embeddingsAborted === 1);
  });
});
