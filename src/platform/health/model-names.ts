import { Inject, Injectable } from '@nestjs/common';
import { MetadataConfig } from '../config/metadata.config.js';
import { ChatModel } from '../models/chat-model.port.js';
import { Embedder } from '../models/embedder.port.js';
import { Reranker } from '../models/reranker.port.js';

export interface ModelsInUse {
  model: { name: string; generative: boolean; generatesMetadata: boolean };
  embedder: { model: string };
  reranker: { model: string } | null;
}

@Injectable()
export class ModelNames {
  constructor(
    private readonly chatModel: ChatModel,
    private readonly embedder: Embedder,
    private readonly metadata: MetadataConfig,
    @Inject(Reranker) private readonly reranker: Reranker | null,
  ) {}

  describe(): ModelsInUse {
    const { name, generative } = this.chatModel;
    return {
      model: { name, generative, generatesMetadata: generative && this.metadata.enabled },
      embedder: { model: this.embedder.model },
      reranker: this.reranker && { model: this.reranker.model },
    };
  }
}
