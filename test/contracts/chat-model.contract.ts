import type { ChatChunk, ChatModel, ChatRequest } from '../../src/platform/models/chat-model.port.js';

export const aChatRequest = (change: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [
    { role: 'system', content: 'Answer from the passages.' },
    { role: 'user', content: 'How long does the battery last?' },
  ],
  question: 'How long does the battery last?',
  passages: [
    {
      number: 1,
      title: 'Manual',
      text: 'The device weighs 320 grams. Its battery lasts 11 hours.',
      headings: [],
      page: 3,
    },
  ],
  grounding: 'documents',
  language: 'en',
  signal: new AbortController().signal,
  ...change,
});

export const textOf = async (chunks: AsyncIterable<ChatChunk>): Promise<string> => {
  let text = '';
  for await (const chunk of chunks) if (chunk.type === 'text') text += chunk.text;
  return text;
};

/** What every `ChatModel` promises. `model` must answer `aChatRequest()` from its passage. */
export const describeChatModel = (name: string, model: () => Promise<ChatModel>): void => {
  describe(`${name} as a ChatModel`, () => {
    it('streams text that is not empty', async () => {
      expect(await textOf((await model()).stream(aChatRequest()))).toContain('11 hours');
    });

    it('has a name', async () => {
      expect((await model()).name).toMatch(/\S/);
    });

    it('throws the reason of a signal that is aborted before', async () => {
      const signal = AbortSignal.abort(new Error('not wanted'));
      await expect(textOf((await model()).stream(aChatRequest({ signal })))).rejects.toThrow('not wanted');
    });

    it('throws the reason of a signal that aborts meanwhile, and gives no more text', async () => {
      const controller = new AbortController();
      const received: ChatChunk[] = [];
      const read = async (): Promise<void> => {
        for await (const chunk of (await model()).stream(aChatRequest({ signal: controller.signal }))) {
          received.push(chunk);
          controller.abort(new Error('enough'));
        }
      };
      await expect(read()).rejects.toThrow('enough');
      expect(received).toHaveLength(1);
    });
  });
};
