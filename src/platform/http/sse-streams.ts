import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../shared/app-error.js';
import { SseConfig } from '../config/sse.config.js';
import { SseStream } from './sse-stream.js';

/** A place among the owner's streams: opened once, or released when no stream comes of it. */
export interface SseSlot {
  open(reply: FastifyReply): SseStream;
  /** Harmless after `open` and when repeated. */
  release(): void;
}

/** The event streams of this process: bounded in all and per owner, and ended on shutdown (an open one holds up `app.close()`). */
@Injectable()
export class SseStreams implements BeforeApplicationShutdown {
  private readonly open = new Set<SseStream>();
  private readonly heldByOwner = new Map<string, number>();
  private held = 0;

  constructor(private readonly config: SseConfig) {}

  /** @throws AppError `request.too-many-streams` (kind `limited`), `request.streams-full` (`unavailable`); call it before anything is committed. */
  reserve(ownerId: string): SseSlot {
    const held = this.heldByOwner.get(ownerId) ?? 0;
    if (held >= this.config.streamsPerOwner) throw tooManyStreams(this.config.streamsPerOwner);
    if (this.held >= this.config.streamsLimit) throw streamsFull();
    this.heldByOwner.set(ownerId, held + 1);
    this.held++;
    let waiting = true;
    return {
      open: (reply) => {
        waiting = false;
        return this.track(ownerId, new SseStream(reply));
      },
      release: () => {
        if (waiting) this.leave(ownerId);
        waiting = false;
      },
    };
  }

  beforeApplicationShutdown(): void {
    for (const stream of this.open) stream.close();
  }

  private track(ownerId: string, stream: SseStream): SseStream {
    this.open.add(stream);
    void stream.closed.then(() => {
      this.open.delete(stream);
      this.leave(ownerId);
    });
    return stream.open();
  }

  private leave(ownerId: string): void {
    this.held--;
    const held = (this.heldByOwner.get(ownerId) ?? 1) - 1;
    if (held > 0) this.heldByOwner.set(ownerId, held);
    else this.heldByOwner.delete(ownerId);
  }
}

function tooManyStreams(limit: number): AppError {
  return new AppError({
    code: 'request.too-many-streams',
    kind: 'limited',
    message: `You hold ${limit} event streams open, as many as one owner may. Close one and try again.`,
    retryAfterSeconds: 5,
  });
}

function streamsFull(): AppError {
  return new AppError({
    code: 'request.streams-full',
    kind: 'unavailable',
    message: 'The server holds as many event streams as it may. Try again soon.',
    retryAfterSeconds: 5,
  });
}
