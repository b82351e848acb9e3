import { Processor } from '@nestjs/bullmq';
import { handle, QueueProcessor, workerOptions } from '../../platform/queue/queue-processor.js';
import { WorkerRuntime } from '../../platform/queue/worker-runtime.js';
import { GenerateAnswer } from '../application/generate-answer.job.js';
import { GenerateAnswerService } from '../application/generate-answer.service.js';

@Processor('chat', workerOptions)
export class ChatProcessor extends QueueProcessor {
  protected readonly queue = 'chat';
  protected readonly handlers = [
    handle(GenerateAnswer, ({ messageId }, { signal }) => this.answers.execute(messageId, signal)),
  ];

  constructor(
    runtime: WorkerRuntime,
    private readonly answers: GenerateAnswerService,
  ) {
    super(runtime);
  }
}
