import type { LocalModelsConfig } from '../config/local-models.config.js';
import type { ModelsConfig } from '../config/models.config.js';
import type { RerankConfig } from '../config/rerank.config.js';
import type { TextWorkerPool } from '../text/text-worker-pool.js';
import type { Tokenizer } from '../text/tokenizer.port.js';
import type { ChatModel } from './chat-model.port.js';
import type { Embedder } from './embedder.port.js';
import { ExtractiveChatModel } from './extractive-chat-model.js';
import { HashedEmbedder } from './hashed-embedder.js';
import { specOf } from './local/local-model-spec.js';
import type { Reranker } from './reranker.port.js';

/*
 * The clients of model servers are loaded when one is configured: they are a sixth of all modules of a process.
 */

export interface ModelSettings {
  models: ModelsConfig;
  local: LocalModelsConfig;
  /** Models from the hub are kept in it. */
  dataDir: string;
}

/** The configured language model, or the built-in one that quotes. */
export const createChatModel = async (config: ModelsConfig, tokenizer: Tokenizer): Promise<ChatModel> => {
  const { chatModel } = config;
  if (!chatModel) return new ExtractiveChatModel(tokenizer);
  const { OpenAiChatModel } = await import('./openai-chat-model.js');
  return new OpenAiChatModel(chatModel, config);
};

/** The configured embedding model, which is asked once for the length of its vectors, or the built-in one. */
export const createEmbedder = async (
  { models, local, dataDir }: ModelSettings,
  tokenizer: Tokenizer,
  workers: TextWorkerPool,
): Promise<Embedder> => {
  const { embeddingModel, embeddingDimensions } = models;
  if (local.embeddingModel) {
    const { LocalEmbedder } = await import('./local/local-embedder.js');
    const spec = specOf('embedding', local.embeddingModel, local, dataDir);
    return LocalEmbedder.connect(spec, local, embeddingDimensions);
  }
  if (!embeddingModel) return new HashedEmbedder(tokenizer, workers);
  const { OpenAiEmbedder } = await import('./openai-embedder.js');
  return OpenAiEmbedder.connect(embeddingModel, models);
};

/** The configured reranking model; null leaves the order of the fusion. */
export const createReranker = async ({
  rerank,
  local,
  dataDir,
}: Omit<ModelSettings, 'models'> & { rerank: RerankConfig }): Promise<Reranker | null> => {
  const { model, baseUrl, timeoutMs } = rerank;
  if (local.rerankModel) {
    const { LocalReranker } = await import('./local/local-reranker.js');
    return LocalReranker.connect(specOf('reranking', local.rerankModel, local, dataDir), timeoutMs);
  }
  if (!model || !baseUrl) return null;
  const { HttpReranker } = await import('./http-reranker.js');
  return new HttpReranker(model, baseUrl, rerank);
};
