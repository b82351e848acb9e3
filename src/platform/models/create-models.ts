import type { ModelsConfig } from '../config/models.config.js';
import type { RerankConfig } from '../config/rerank.config.js';
import type { TextWorkerPool } from '../text/text-worker-pool.js';
import type { Tokenizer } from '../text/tokenizer.port.js';
import type { ChatModel } from './chat-model.port.js';
import type { Embedder } from './embedder.port.js';
import { ExtractiveChatModel } from './extractive-chat-model.js';
import { HashedEmbedder } from './hashed-embedder.js';
import { HttpReranker } from './http-reranker.js';
import { OpenAiChatModel } from './openai-chat-model.js';
import { OpenAiEmbedder } from './openai-embedder.js';
import type { Reranker } from './reranker.port.js';

/** The configured language model, or the built-in one that quotes. */
export const createChatModel = (config: ModelsConfig, tokenizer: Tokenizer): ChatModel => {
  const { chatModel } = config;
  return chatModel ? new OpenAiChatModel(chatModel, config) : new ExtractiveChatModel(tokenizer);
};

/** The configured embedding model, whose server is asked once for the length of its vectors, or the built-in one. */
export const createEmbedder = async (
  config: ModelsConfig,
  tokenizer: Tokenizer,
  workers: TextWorkerPool,
): Promise<Embedder> => {
  const { embeddingModel } = config;
  return embeddingModel
    ? OpenAiEmbedder.connect(embeddingModel, config)
    : new HashedEmbedder(tokenizer, workers);
};

/** The configured reranking model; null leaves the order of the fusion. */
export const createReranker = (config: RerankConfig): Reranker | null => {
  const { model, baseUrl } = config;
  return model && baseUrl ? new HttpReranker(model, baseUrl, config) : null;
};
