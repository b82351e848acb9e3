import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { SseStreams, type SseSlot } from '../../platform/http/sse-streams.js';
import type { AnswerFeed } from '../application/answer-feed.js';
import { FollowAnswer } from '../application/follow-answer.service.js';

/** Joins an answer's feed and an event stream. The client may leave at any time; the answer goes on. */
@Injectable()
export class AnswerRelay {
  constructor(
    private readonly following: FollowAnswer,
    private readonly streams: SseStreams,
  ) {}

  /** @throws AppError before the stream starts: `request.too-many-streams`. */
  reserve(ownerId: string): SseSlot {
    return this.streams.reserve(ownerId);
  }

  /**
   * Relays until the terminal event or until the client leaves.
   * @param after the last event that the client has. @returns false when it has everything: nothing was sent.
   */
  async relay(
    { ownerId, messageId, after }: { ownerId: string; messageId: string; after: number },
    slot: SseSlot,
    reply: FastifyReply,
  ): Promise<boolean> {
    const feed = await this.following.follow(ownerId, messageId, after);
    if (feed) await pump(feed, slot, reply);
    return feed !== null;
  }
}

/** The next batch is read when the client has taken the one before. */
async function pump(feed: AnswerFeed, slot: SseSlot, reply: FastifyReply): Promise<void> {
  const stream = slot.open(reply);
  const left = new AbortController();
  void stream.closed.then(() => left.abort());
  for await (const batch of feed.batches(left.signal)) await stream.send(...batch);
  stream.close();
}
