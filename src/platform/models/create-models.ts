import type { ModelsConfig } from '../config/models.config.js';
import type { RerankConfig } from '../config/rerank.config.js';
import type { TextWorkerPool } from '../text/text-worker-pool.js';
import type { Tokenizer } from '../text/tokenizer.port.js';
import type { ChatModel } from './chat-model.port.js';
import type { Embedder } from './embedder.port.js';
import { ExtractiveChatModel } from './extractive-chat-model.js';
import { HashedEmbedder } from './hashed-embedder.js';
import { HttpReranker } from './http-reranker.js';
import type { Reranker } from './reranker.port.js';

/*
 * The clients of model servers are loaded when one is configured: they are a sixth of all modules of a process.
 */

/** The configured language model, or the built-in one that quotes. */
export const createChatModel = async (config: ModelsConfig, tokenizer: Tokenizer): Promise<ChatModel> => {
  const { chatModel } = config;
  if (!chatModel) return new ExtractiveChatModel(tokenizer);
  const { OpenAiChatModel } = await import('./openai-chat-model.js');
  return new OpenAiChatModel(chatModel, config);
};

/** The configured embedding model, whose server is asked once for the length of its vectors, or the built-in one. */
export const createEmbedder = async (
  config: ModelsConfig,
  tokenizer: Tokenizer,
  workers: TextWorkerPool,
): Promise<Embedder> => {
  const { embeddingModel } = config;
  if (!embeddingModel) return new HashedEmbedder(tokenizer, workers);
  const { OpenAiEmbedder } = await import('./openai-embedder.js');
  return OpenAiEmbedder.connect(embeddingModel, config);
};

/** The configured reranking model; null leaves the order of the fusion. */
export const createReranker = (config: RerankConfig): Reranker | null => {
  const { model, baseUrl } = config;
  return model && baseUrl ? new HttpReranker(model, baseUrl, config) : null;
};
