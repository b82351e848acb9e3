import { Module } from '@nestjs/common';
import { CarriedWords } from './application/carried-words.js';
import { ContextBuilder } from './application/context-builder.js';
import { ConversationHistory } from './application/conversation-history.js';
import { ModelQuestionRewriter } from './application/model-question-rewriter.js';
import { PassageFinder } from './application/passage-finder.js';
import { QuestionRewriter } from './application/question-rewriter.js';
import { RelevantSearch } from './application/relevant-search.js';
import { TokenCosts } from './application/token-costs.js';
import { ChatModule } from './chat.module.js';

/** What a prompt is made of: for the answer (worker) and for its dry run (API) alike. */
@Module({
  imports: [ChatModule],
  providers: [
    ContextBuilder,
    ConversationHistory,
    PassageFinder,
    QuestionRewriter,
    CarriedWords,
    ModelQuestionRewriter,
    RelevantSearch,
    TokenCosts,
  ],
  exports: [ContextBuilder, TokenCosts],
})
export class ChatContextModule {}
