import { ModelsConfig } from '../../src/platform/config/models.config.js';
import { OpenAiChatModel } from '../../src/platform/models/openai-chat-model.js';
import { OpenAiServer, type ChatScript } from '../openai-server.js';
import { waitFor } from '../wait-for.js';
import { aChatRequest, describeChatModel, textOf } from './chat-model.contract.js';

let server: OpenAiServer;
beforeAll(async () => {
  server = await OpenAiServer.start();
});
afterAll(() => server.close());
beforeEach(() => {
  server.answers.length = 0;
  server.chats.length = 0;
  server.answer = () => 'It lasts 11 hours [1].';
});

const modelWith = (change: Partial<ModelsConfig> = {}): OpenAiChatModel => {
  const config = Object.assign(new ModelsConfig(), { baseUrl: server.baseUrl, apiKey: 'key', ...change });
  return new OpenAiChatModel('scripted-model', config);
};

describeChatModel('OpenAiChatModel', async () => modelWith());

const answering = async (script: ChatScript, change?: Partial<ModelsConfig>): Promise<string> => {
  server.answers.push(script);
  return textOf(modelWith(change).stream(aChatRequest()));
};

describe('OpenAiChatModel', () => {
  it('sends the messages, the limit and the key', async () => {
    await textOf(modelWith().stream(aChatRequest({ maxOutputTokens: 77 })));
    const [chat] = server.chats;
    expect(chat?.call.messages).toEqual(aChatRequest().messages);
    expect(chat?.call).toMatchObject({ model: 'scripted-model', max_tokens: 77, stream: true });
    expect(chat?.authorization).toBe('Bearer key');
  });

  it('reports what the server counted', async () => {
    server.answers.push({ deltas: ['a'], usage: { prompt_tokens: 12, completion_tokens: 34 } });
    const usages = [];
    for await (const chunk of modelWith().stream(aChatRequest()))
      if (chunk.type === 'usage') usages.push(chunk.usage);
    expect(usages).toEqual([{ inputTokens: 12, outputTokens: 34 }]);
  });

  it.each<[string, ChatScript, object]>([
    [
      '429',
      { fault: { kind: 'status', status: 429, headers: { 'retry-after': '7' } } },
      { retryAfterSeconds: 7 },
    ],
    ['500', { fault: { kind: 'status', status: 500 } }, {}],
    ['503', { fault: { kind: 'status', status: 503 } }, {}],
    ['a cut stream', { deltas: ['Half'], fault: { kind: 'cut' } }, {}],
    ['a stream that ends early', { deltas: ['Half'], fault: { kind: 'end-early' } }, {}],
  ])('takes %s for unavailable, which may pass', async (_, script, more) => {
    await expect(answering(script)).rejects.toMatchObject({
      code: 'model.unavailable',
      retryable: true,
      ...more,
    });
    expect(server.chats).toHaveLength(1);
  });

  it.each<[string, ChatScript, string]>([
    ['empty choices', { fault: { kind: 'empty-choices' } }, 'model.invalid-answer'],
    ['an empty answer', { deltas: [] }, 'model.invalid-answer'],
    ['invalid JSON', { deltas: ['Half'], fault: { kind: 'invalid-json' } }, 'model.invalid-answer'],
    ['a refusal', { fault: { kind: 'refusal' } }, 'model.refused'],
    ['a filtered answer', { deltas: ['Half'], finish: 'content_filter' }, 'model.refused'],
    ['a bad key', { fault: { kind: 'status', status: 401 } }, 'model.misconfigured'],
    ['an unknown model', { fault: { kind: 'status', status: 404 } }, 'model.misconfigured'],
    [
      'a prompt that is too long',
      { fault: { kind: 'status', status: 400, code: 'context_length_exceeded' } },
      'model.misconfigured',
    ],
  ])('takes %s for final', async (_, script, code) => {
    await expect(answering(script)).rejects.toMatchObject({ code, retryable: false });
  });

  it('takes a refused connection for unavailable', async () => {
    const model = modelWith({ baseUrl: 'http://127.0.0.1:9/v1' });
    await expect(textOf(model.stream(aChatRequest()))).rejects.toMatchObject({ code: 'model.unavailable' });
  });

  it.each<[string, ChatScript]>([
    ['the first token', { fault: { kind: 'hang' } }],
    ['the next token', { deltas: ['Half'], fault: { kind: 'hang-after' } }],
  ])('does not wait for %s for ever, and closes the connection', async (_, script) => {
    await expect(answering(script, { firstTokenTimeoutMs: 300, idleTimeoutMs: 300 })).rejects.toMatchObject({
      code: 'model.unavailable',
      retryable: true,
    });
    await waitFor(() => server.chats[0]?.aborted === true);
  });

  it('closes the connection when the caller aborts', async () => {
    server.answers.push({ deltas: ['Half'], fault: { kind: 'hang-after' } });
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      for await (const chunk of modelWith().stream(aChatRequest({ signal: controller.signal }))) {
        if (chunk.type === 'text') setImmediate(() => controller.abort(new Error('cancelled')));
      }
    };
    await expect(read()).rejects.toThrow('cancelled');
    await waitFor(() => server.chats[0]?.aborted === true);
  });

  it('gives a server that keeps failing a rest', async () => {
    server.answer = () => ({ fault: { kind: 'status', status: 500 } });
    const model = modelWith();
    const ask = (): Promise<string> => textOf(model.stream(aChatRequest()));
    for (let call = 0; call < 5; call++)
      await expect(ask()).rejects.toMatchObject({ code: 'model.unavailable' });
    await expect(ask()).rejects.toMatchObject({ code: 'model.unavailable', retryAfterSeconds: 10 });
    expect(server.chats).toHaveLength(5);
  });

  it.each<[string, (model: OpenAiChatModel) => Promise<unknown>]>([
    [
      'left',
      async (model) => {
        for await (const chunk of model.stream(aChatRequest())) if (chunk.type === 'text') return;
      },
    ],
    [
      'refused for good',
      async (model) => {
        server.answers.push({ fault: { kind: 'status', status: 400 } });
        await textOf(model.stream(aChatRequest())).catch(() => undefined);
      },
    ],
  ])('asks again after a rest when the first call after it was %s', async (_, tryIt) => {
    let now = 0;
    const config = Object.assign(new ModelsConfig(), { baseUrl: server.baseUrl, apiKey: 'key' });
    const model = new OpenAiChatModel('scripted-model', config, () => now);
    server.answer = () => ({ fault: { kind: 'status', status: 500 } });
    for (let call = 0; call < 5; call++) await textOf(model.stream(aChatRequest())).catch(() => undefined);
    server.answer = () => 'Back again, in several parts.';
    now = 10_000;
    await tryIt(model);
    expect(await textOf(model.stream(aChatRequest()))).toBe('Back again, in several parts.');
  });
});
