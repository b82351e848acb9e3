import { loadConfiguration } from '../../src/platform/config/load-configuration.js';
import { ModelsConfig } from '../../src/platform/config/models.config.js';
import { OpenAiChatModel } from '../../src/platform/models/openai-chat-model.js';

/** The product's model client, asked with one message. */
export class BenchModel {
  private readonly model: OpenAiChatModel;

  constructor(modelUrl: string) {
    const env = { OPENAI_BASE_URL: `${modelUrl}/v1`, OPENAI_API_KEY: 'key', CHAT_MODEL: 'bench' };
    this.model = new OpenAiChatModel('bench', loadConfiguration([ModelsConfig], env).get(ModelsConfig));
  }

  async *answer(content: string): AsyncGenerator<string> {
    const chunks = this.model.stream({
      messages: [{ role: 'user', content }],
      question: content,
      passages: [],
      grounding: undefined,
      language: 'en',
      signal: new AbortController().signal,
    });
    for await (const chunk of chunks) if (chunk.type === 'text') yield chunk.text;
  }
}
