import { Injectable } from '@nestjs/common';
import { AnswerLogConfig } from '../../platform/config/answer-log.config.js';
import { Clock } from '../../platform/time/clock.port.js';
import { AnswerLog } from './answer-log.port.js';

/** Forgets the single events of answers that ended a while ago; their messages keep the text. */
@Injectable()
export class ExpireAnswerLog {
  constructor(
    private readonly log: AnswerLog,
    private readonly clock: Clock,
    private readonly config: AnswerLogConfig,
  ) {}

  /** @returns how many answers' events went. */
  expire(): Promise<number> {
    return this.log.expire(new Date(this.clock.now().getTime() - this.config.ttlMinutes * 60_000));
  }
}
