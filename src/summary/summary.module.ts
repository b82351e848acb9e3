import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { SummaryConfig } from '../platform/config/summary.config.js';
import { ChatModel } from '../platform/models/chat-model.port.js';
import { PromptLibrary } from '../platform/models/prompt-library.port.js';
import { TokenCounter } from '../platform/models/token-counter.port.js';
import { Tokenizer } from '../platform/text/tokenizer.port.js';
import { ConversationMemory } from './application/conversation-memory.port.js';
import { ConversationMemoryService } from './application/conversation-memory.service.js';
import { CondensePathService } from './application/condense-path.service.js';
import { ForgetMemoryService } from './application/forget-memory.service.js';
import { IndexTurnsService } from './application/index-turns.service.js';
import { NoteGrowthService } from './application/note-growth.service.js';
import { PathMemoryService } from './application/path-memory.service.js';
import { ReadMemoryService } from './application/read-memory.service.js';
import { RecallTurnsService } from './application/recall-turns.service.js';
import { RecoverSummariesService } from './application/recover-summaries.service.js';
import { RemoveDerivedService } from './application/remove-derived.service.js';
import { RequestSummaryService } from './application/request-summary.service.js';
import { SaveSummaryService } from './application/save-summary.service.js';
import { SummariseConversationService } from './application/summarise-conversation.service.js';
import { Summariser } from './application/summariser.port.js';
import { SummaryQueueService } from './application/summary-queue.service.js';
import { SummaryRepository } from './application/summary.repository.js';
import { SummaryWorkRepository } from './application/summary-work.repository.js';
import { TurnIndex } from './application/turn-index.repository.js';
import { TurnTokens } from './application/turn-tokens.js';
import { ExtractiveSummariser } from './infrastructure/extractive-summariser.js';
import { ModelSummariser } from './infrastructure/model-summariser.js';
import { PostgresSummaryRepository } from './infrastructure/postgres-summary.repository.js';
import { PostgresTurnIndex } from './infrastructure/postgres-turn-index.js';
import { PostgresSummaryWorkRepository } from './infrastructure/postgres-summary-work.repository.js';

const services = [
  ConversationMemoryService,
  CondensePathService,
  ForgetMemoryService,
  IndexTurnsService,
  NoteGrowthService,
  PathMemoryService,
  ReadMemoryService,
  RecallTurnsService,
  RecoverSummariesService,
  RemoveDerivedService,
  RequestSummaryService,
  SaveSummaryService,
  SummariseConversationService,
  SummaryQueueService,
  TurnTokens,
];

/** A model that only quotes cannot condense: then the sentences that matter are taken as they are. */
const summariser = {
  provide: Summariser,
  inject: [ChatModel, PromptLibrary, TokenCounter, Tokenizer, SummaryConfig],
  useFactory: (
    model: ChatModel,
    prompts: PromptLibrary,
    counter: TokenCounter,
    tokenizer: Tokenizer,
    config: SummaryConfig,
  ): Summariser =>
    model.generative
      ? new ModelSummariser(model, prompts, counter, config)
      : new ExtractiveSummariser(tokenizer, counter),
};

/** Memory of conversations. The module in `imports` must export `TranscriptSource`, which is Chat's. */
@Module({})
export class SummaryModule {
  static register({ imports }: Pick<ModuleMetadata, 'imports'>): DynamicModule {
    return {
      module: SummaryModule,
      imports,
      providers: [
        ...services,
        summariser,
        { provide: ConversationMemory, useExisting: ConversationMemoryService },
        { provide: SummaryRepository, useClass: PostgresSummaryRepository },
        { provide: TurnIndex, useClass: PostgresTurnIndex },
        { provide: SummaryWorkRepository, useClass: PostgresSummaryWorkRepository },
      ],
      exports: [
        ConversationMemory,
        Summariser,
        ForgetMemoryService,
        ReadMemoryService,
        RecoverSummariesService,
        RequestSummaryService,
        SummariseConversationService,
      ],
    };
  }
}
