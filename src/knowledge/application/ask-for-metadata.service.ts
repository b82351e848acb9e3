import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { MetadataConfig } from '../../platform/config/metadata.config.js';
import { ChatModel } from '../../platform/models/chat-model.port.js';
import { PromptLibrary } from '../../platform/models/prompt-library.port.js';
import { TokenCounter } from '../../platform/models/token-counter.port.js';
import { languageOf } from '../../shared/language.js';
import { readGeneratedMetadata, type GeneratedMetadata } from '../domain/generated-metadata.js';
import { metadataUnusable } from '../domain/knowledge-errors.js';
import type { Excerpt } from './metadata-work.repository.js';

/** What the bounds of the answer take, with room for a model that thinks aloud. */
const maxOutputTokens = 2_000;
/** A model that does not stop is not listened to for ever. */
const longestAnswer = 20_000;

/** One question to the language model about one document. */
@Injectable()
export class AskForMetadata {
  constructor(
    private readonly model: ChatModel,
    private readonly prompts: PromptLibrary,
    private readonly counter: TokenCounter,
    private readonly config: MetadataConfig,
  ) {}

  /** How much of a text is read, in tokens. */
  get inputTokens(): number {
    return this.config.inputTokens;
  }

  /** @throws AppError of the model, or `knowledge.metadata-unusable`. */
  async ask(title: string, excerpts: Excerpt[], signal: AbortSignal): Promise<GeneratedMetadata> {
    const text = this.counter.truncate(joined(excerpts), this.config.inputTokens);
    const language = languageOf(text);
    // Unguessable, so that the document cannot close its own block.
    const nonce = randomBytes(6).toString('hex');
    const prompt = this.prompts.get('generate-metadata', language, { nonce });
    const chunks = this.model.stream({
      messages: [
        { role: 'system', content: prompt.text },
        { role: 'user', content: `<data-${nonce}>\n# ${title}\n\n${text}\n</data-${nonce}>` },
      ],
      question: '',
      passages: [],
      language,
      maxOutputTokens,
      signal,
    });
    let answer = '';
    for await (const chunk of chunks) {
      if (chunk.type === 'text') answer += chunk.text;
      if (answer.length > longestAnswer) throw metadataUnusable();
    }
    const generated = readGeneratedMetadata(answer);
    if (!generated) throw metadataUnusable();
    return generated;
  }
}

const joined = (excerpts: Excerpt[]): string =>
  excerpts
    .map(({ ordinal, text }, at) => {
      const follows = ordinal === (excerpts[at - 1]?.ordinal ?? -1) + 1;
      return follows ? text : `[…]\n${text}`;
    })
    .join('\n');
