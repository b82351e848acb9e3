import { Injectable } from '@nestjs/common';
import { ChatModel } from '../models/chat-model.port.js';
import { Embedder } from '../models/embedder.port.js';

export interface ModelsInUse {
  model: { name: string; generative: boolean };
  embedder: { model: string };
}

@Injectable()
export class ModelNames {
  constructor(
    private readonly chatModel: ChatModel,
    private readonly embedder: Embedder,
  ) {}

  describe(): ModelsInUse {
    return {
      model: { name: this.chatModel.name, generative: this.chatModel.generative },
      embedder: { model: this.embedder.model },
    };
  }
}
