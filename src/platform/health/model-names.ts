import { Injectable } from '@nestjs/common';
import { MetadataConfig } from '../config/metadata.config.js';
import { ChatModel } from '../models/chat-model.port.js';
import { Embedder } from '../models/embedder.port.js';

export interface ModelsInUse {
  model: { name: string; generative: boolean; generatesMetadata: boolean };
  embedder: { model: string };
}

@Injectable()
export class ModelNames {
  constructor(
    private readonly chatModel: ChatModel,
    private readonly embedder: Embedder,
    private readonly metadata: MetadataConfig,
  ) {}

  describe(): ModelsInUse {
    const { name, generative } = this.chatModel;
    return {
      model: { name, generative, generatesMetadata: generative && this.metadata.enabled },
      embedder: { model: this.embedder.model },
    };
  }
}
