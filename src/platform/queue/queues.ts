import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { QueueName } from './define-job.js';

/** The three queues, producer side. */
@Injectable()
export class Queues {
  private readonly byName: Record<QueueName, Queue>;

  constructor(
    @InjectQueue('chat') chat: Queue,
    @InjectQueue('knowledge') knowledge: Queue,
    @InjectQueue('summary') summary: Queue,
  ) {
    this.byName = { chat, knowledge, summary };
  }

  get(name: QueueName): Queue {
    return this.byName[name];
  }

  all(): Queue[] {
    return Object.values(this.byName);
  }
}
