import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { JobMetrics } from '../../platform/queue/job-metrics.js';
import { PeriodicTask } from '../../platform/queue/periodic-task.js';
import { ExpireAnswerLog } from '../application/expire-answer-log.service.js';
import { ReviveAnswers } from '../application/revive-answers.service.js';

const reviveEveryMs = 500;
const expireEveryMs = 60_000;

/** Looks after answers that nobody works on: those that lost their worker, and the events of those long ended. */
@Injectable()
export class AnswerRecovery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly tasks: PeriodicTask[];

  constructor(revive: ReviveAnswers, expire: ExpireAnswerLog, metrics: JobMetrics, logger: Logger) {
    this.tasks = [
      new PeriodicTask(
        {
          name: 'chat.revive-answers',
          intervalMs: reviveEveryMs,
          run: async () => metrics.recovered('chat', await revive.revive()),
          skipsAfterStall: true,
        },
        logger,
      ),
      new PeriodicTask(
        {
          name: 'chat.expire-answer-log',
          intervalMs: expireEveryMs,
          run: async () => void (await expire.expire()),
        },
        logger,
      ),
    ];
  }

  onApplicationBootstrap(): void {
    for (const task of this.tasks) task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
  }
}
