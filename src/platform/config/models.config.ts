import { IsInt, IsOptional, IsString, IsUrl, Max, MaxLength, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/**
 * The language model and the embedding model, on any server that speaks OpenAI's API. Without them the built-in
 * ones are used: answers quote, and vectors are lexical.
 */
export class ModelsConfig {
  @FromEnv(
    'OPENAI_BASE_URL',
    'Base address of an OpenAI-compatible server, up to and with its version, e.g. http://127.0.0.1:11434/v1. Unset: OpenAI itself.',
  )
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  baseUrl?: string;

  @FromEnv(
    'OPENAI_API_KEY',
    'Key for that server. May stay unset when OPENAI_BASE_URL names one that needs none.',
    {
      secret: true,
    },
  )
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  apiKey?: string;

  @FromEnv(
    'CHAT_MODEL',
    'Name of the language model, e.g. gpt-4o-mini. Unset: answers quote the best sentences.',
  )
  @IsOptional()
  @IsString()
  @MaxLength(200)
  chatModel?: string;

  @FromEnv(
    'EMBEDDING_MODEL',
    'Name of the embedding model, e.g. text-embedding-3-small. Unset: lexical vectors.',
  )
  @IsOptional()
  @IsString()
  @MaxLength(200)
  embeddingModel?: string;

  @FromEnv(
    'EMBEDDING_DIMENSIONS',
    'Length of its vectors, 8 to 4000. Unset: whatever the server gives, asked once at the start.',
  )
  @IsOptional()
  @IsInt()
  @Min(8)
  @Max(4_000)
  embeddingDimensions?: number;

  @FromEnv('EMBEDDING_BATCH_SIZE', 'Most texts in one embedding request. 1 to 2048.')
  @IsInt()
  @Min(1)
  @Max(2_048)
  embeddingBatchSize: number = 64;

  @FromEnv(
    'EMBEDDING_QUERY_TIMEOUT_MS',
    'How long the embedding of a question may take before the search goes on by words alone, in milliseconds. 100 to 600000.',
  )
  @IsInt()
  @Min(100)
  @Max(600_000)
  queryTimeoutMs: number = 10_000;

  @FromEnv(
    'MODEL_FIRST_TOKEN_TIMEOUT_MS',
    'How long the model server may take to connect and to give its first token, in milliseconds. 100 to 600000.',
  )
  @IsInt()
  @Min(100)
  @Max(600_000)
  firstTokenTimeoutMs: number = 60_000;

  @FromEnv(
    'MODEL_IDLE_TIMEOUT_MS',
    'How long the model server may pause between two tokens, in milliseconds. 100 to 600000.',
  )
  @IsInt()
  @Min(100)
  @Max(600_000)
  idleTimeoutMs: number = 30_000;

  requirements(): string[] {
    if (this.baseUrl && !this.chatModel && !this.embeddingModel)
      return [
        'OPENAI_BASE_URL is set, but neither CHAT_MODEL nor EMBEDDING_MODEL says which of its models to use. ' +
          'Set one of them, or unset OPENAI_BASE_URL.',
      ];
    if (this.apiKey || this.baseUrl) return [];
    const chosen = Object.entries({ CHAT_MODEL: this.chatModel, EMBEDDING_MODEL: this.embeddingModel });
    return chosen
      .filter(([, model]) => model)
      .map(
        ([name]) =>
          `${name} is set, but OPENAI_API_KEY is missing. Set OPENAI_API_KEY to the key of the server, ` +
          `or OPENAI_BASE_URL to a server that needs none.`,
      );
  }
}
