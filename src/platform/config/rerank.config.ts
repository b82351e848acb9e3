import { IsInt, IsOptional, IsString, IsUrl, Max, MaxLength, Min } from 'class-validator';
import { FromEnv } from './from-env.js';
import type { WithRequirements } from './section.js';

/** A model that reads question and passage together and puts the best of a search in order. Off unless one is named. */
export class RerankConfig implements WithRequirements {
  @FromEnv(
    'RERANK_MODEL',
    'Name of a reranking model at RERANK_BASE_URL, e.g. BAAI/bge-reranker-v2-m3. Unset: the order of the fusion stays.',
  )
  @IsOptional()
  @IsString()
  @MaxLength(200)
  model?: string;

  @FromEnv(
    'RERANK_BASE_URL',
    'Base address of its server, before /rerank, as vLLM, Jina and Cohere have it: http://127.0.0.1:8000/v1, https://api.jina.ai/v1, https://api.cohere.com/v2. Questions and passages are sent there.',
  )
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  baseUrl?: string;

  @FromEnv('RERANK_API_KEY', 'Key for that server, if it needs one. OPENAI_API_KEY is never sent there.', {
    secret: true,
  })
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  apiKey?: string;

  @FromEnv(
    'RERANK_CANDIDATES',
    'How many of the best passages of a search the model reads, 2 to 100; the others follow in their order.',
  )
  @IsInt()
  @Min(2)
  @Max(100)
  candidates: number = 30;

  @FromEnv(
    'RERANK_TIMEOUT_MS',
    'How long that may take before the search goes on in the order that it has, in milliseconds. 50 to 600000.',
  )
  @IsInt()
  @Min(50)
  @Max(600_000)
  timeoutMs: number = 5_000;

  @FromEnv(
    'RERANK_PASSAGE_CHARS',
    'How much of a passage the model reads, in characters, 200 to 100000. Models cut at 512 tokens or more by themselves; some servers refuse what is longer.',
  )
  @IsInt()
  @Min(200)
  @Max(100_000)
  passageChars: number = 4_000;

  requirements(): string[] {
    if (this.model && !this.baseUrl)
      return [
        'RERANK_MODEL is set, but RERANK_BASE_URL does not say where its server is. Set RERANK_BASE_URL, e.g. to http://127.0.0.1:8000/v1, or unset RERANK_MODEL.',
      ];
    const withoutModel = Object.entries({ RERANK_BASE_URL: this.baseUrl, RERANK_API_KEY: this.apiKey });
    return withoutModel
      .filter(([, value]) => value && !this.model)
      .map(
        ([name]) =>
          `${name} is set, but RERANK_MODEL does not say which model to use. Set RERANK_MODEL, or unset ${name}.`,
      );
  }
}
