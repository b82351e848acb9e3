import { Processor } from '@nestjs/bullmq';
import { handle, QueueProcessor, workerOptions } from '../../platform/queue/queue-processor.js';
import { WorkerRuntime } from '../../platform/queue/worker-runtime.js';
import { SummariseConversation } from '../application/summarise-conversation.job.js';
import { SummariseConversationService } from '../application/summarise-conversation.service.js';

@Processor('summary', workerOptions)
export class SummaryProcessor extends QueueProcessor {
  protected readonly queue = 'summary';
  protected readonly handlers = [
    handle(SummariseConversation, (payload, job) => this.service.execute(payload, job.signal)),
  ];

  constructor(
    runtime: WorkerRuntime,
    private readonly service: SummariseConversationService,
  ) {
    super(runtime);
  }
}
