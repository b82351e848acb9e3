import type { Provider } from '@nestjs/common';
import { LocalModelsConfig } from '../platform/config/local-models.config.js';
import { ModelsConfig } from '../platform/config/models.config.js';
import { RerankConfig } from '../platform/config/rerank.config.js';
import { StorageConfig } from '../platform/config/storage.config.js';
import { ChatModel } from '../platform/models/chat-model.port.js';
import { createChatModel, createEmbedder, createReranker } from '../platform/models/create-models.js';
import { Embedder } from '../platform/models/embedder.port.js';
import { FilePromptLibrary } from '../platform/models/file-prompt-library.js';
import { O200kTokenCounter } from '../platform/models/o200k-token-counter.js';
import { PromptLibrary } from '../platform/models/prompt-library.port.js';
import { Reranker } from '../platform/models/reranker.port.js';
import { TokenCounter } from '../platform/models/token-counter.port.js';
import { LexicalTokenizer } from '../platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../platform/text/text-worker-pool.js';
import { Tokenizer } from '../platform/text/tokenizer.port.js';

/** Models, embedder and what reads text: the configured ones, or the built-in ones that need nothing. */
export const modelProviders: Provider[] = [
  { provide: TextWorkerPool, useFactory: () => new TextWorkerPool() },
  { provide: Tokenizer, useClass: LexicalTokenizer },
  { provide: TokenCounter, useClass: O200kTokenCounter },
  { provide: PromptLibrary, useFactory: () => new FilePromptLibrary() },
  { provide: ChatModel, useFactory: createChatModel, inject: [ModelsConfig, Tokenizer] },
  {
    provide: Reranker,
    useFactory: (rerank: RerankConfig, local: LocalModelsConfig, { dataDir }: StorageConfig) =>
      createReranker({ rerank, local, dataDir }),
    inject: [RerankConfig, LocalModelsConfig, StorageConfig],
  },
  {
    provide: Embedder,
    useFactory: (
      models: ModelsConfig,
      local: LocalModelsConfig,
      { dataDir }: StorageConfig,
      tokenizer: Tokenizer,
      workers: TextWorkerPool,
    ) => createEmbedder({ models, local, dataDir }, tokenizer, workers),
    inject: [ModelsConfig, LocalModelsConfig, StorageConfig, Tokenizer, TextWorkerPool],
  },
];
