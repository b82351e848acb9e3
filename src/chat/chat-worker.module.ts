import { Module } from '@nestjs/common';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { AnswerClaims } from './application/answer-claims.js';
import { AnswerComposer } from './application/answer-composer.js';
import { AnswerDrafts } from './application/answer-drafts.js';
import { AnswerEnding } from './application/answer-ending.js';
import { GenerateAnswerService } from './application/generate-answer.service.js';
import { MarkVerifier } from './application/mark-verifier.js';
import { QuestionContext } from './application/question-context.js';
import { ReviveAnswers } from './application/revive-answers.service.js';
import { ChatContextModule } from './chat-context.module.js';
import { ChatModule } from './chat.module.js';
import { AnswerRecovery } from './worker/answer-recovery.js';
import { ChatProcessor } from './worker/chat.processor.js';

/** Writes answers. Only for worker instances: providing the processor starts it. */
@Module({
  imports: [ChatModule, ChatContextModule, WebhooksModule],
  providers: [
    AnswerClaims,
    AnswerComposer,
    AnswerDrafts,
    AnswerEnding,
    AnswerRecovery,
    ChatProcessor,
    GenerateAnswerService,
    MarkVerifier,
    QuestionContext,
    ReviveAnswers,
  ],
})
export class ChatWorkerModule {}
