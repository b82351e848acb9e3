import { Injectable } from '@nestjs/common';
import { isUnfinished, type Message } from '../domain/message.js';
import { AnswerFeed, terminalAfter, type FeedPlan } from './answer-feed.js';
import { AnswerLog, terminalEvents } from './answer-log.port.js';
import { messageNotFound } from './chat-errors.js';
import { DeletedSources } from './deleted-sources.service.js';
import { EndedAnswers } from './ended-answers.js';
import { MessageRepository } from './message.repository.js';

/** Relays an answer's events from the log, from wherever the client left off, until the terminal one. */
@Injectable()
export class FollowAnswer {
  constructor(
    private readonly messages: MessageRepository,
    private readonly log: AnswerLog,
    private readonly sources: DeletedSources,
    private readonly ended: EndedAnswers,
  ) {}

  /**
   * @param after the last event that the client has; 0 for none.
   * @returns null when that was the terminal event, or lies past it.
   */
  async follow(ownerId: string, messageId: string, after: number): Promise<AnswerFeed | null> {
    const message = await this.messages.findById(ownerId, messageId);
    if (message?.role !== 'assistant') throw messageNotFound();
    const plan = isUnfinished(message)
      ? await this.planRunning(message, after)
      : await this.planFinished(message, after);
    const { messages, log, sources: deleted, ended } = this;
    return plan && new AnswerFeed(message, plan, { messages, log, deleted, ended });
  }

  private async planRunning(message: Message, after: number): Promise<FeedPlan> {
    if (after === 0) return { kind: 'log', after: 0 };
    const bounds = await this.log.bounds(message.id);
    const known = bounds !== null && bounds.first <= after + 1 && after <= bounds.last;
    return known ? { kind: 'log', after } : { kind: 'log-again' };
  }

  private async planFinished(message: Message, after: number): Promise<FeedPlan | null> {
    const bounds = await this.log.bounds(message.id);
    const last = bounds?.last ?? 0;
    const terminal = message.lastSequence ?? (await this.terminalAt(message, last));
    if (after >= terminal) return null;
    // Logs are not cut at their beginning: what is there for a new reader begins with a writer.
    const whole = bounds !== null && (after === 0 || bounds.first <= after + 1) && last >= terminal - 1;
    return whole ? { kind: 'log', after } : { kind: 'row', terminal };
  }

  /** Where the terminal event stands, or would. */
  private async terminalAt(message: Message, last: number): Promise<number> {
    const [event] = last === 0 ? [] : await this.log.readAfter(message.id, last - 1, 1);
    return event && terminalEvents.has(event.type) ? last : terminalAfter(last, message);
  }
}
