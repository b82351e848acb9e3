import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiLastEventId } from '../../platform/http/docs/api-headers.js';
import { ApiEventStream } from '../../platform/http/docs/event-stream.js';
import type { SseStream } from '../../platform/http/sse-stream.js';
import { SseStreams, type SseSlot } from '../../platform/http/sse-streams.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { AppError } from '../../shared/app-error.js';
import type { Caller } from '../../shared/caller.js';
import { FollowDocuments, type DocumentEvent } from '../application/follow-documents.service.js';
import { ManageCollections } from '../application/manage-collections.service.js';
import { ReadDocuments } from '../application/read-documents.service.js';
import { isSettled, type Document } from '../domain/document.js';
import { documentEvents } from './document-event.dto.js';
import { toSseEvent, terminalEventId } from './document-event.js';

@ApiTags('Knowledge')
@Controller('api/v1')
export class DocumentEventsController {
  constructor(
    private readonly reading: ReadDocuments,
    private readonly collections: ManageCollections,
    private readonly following: FollowDocuments,
    private readonly streams: SseStreams,
    private readonly logger: Logger,
  ) {}

  @Get('documents/:id/events')
  @ApiOperation({ summary: 'Follow a document until it is ready or has failed' })
  @ApiLastEventId('The end that you have seen; then 204.')
  @ApiEventStream(documentEvents, 'The current state first; the stream ends with the document.')
  @ApiNoContentResponse({ description: 'You have seen the end: there is nothing to come.' })
  async document(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const document = await this.reading.get(ownerId, id);
    // Makes an EventSource stop that comes back after the end.
    if (hasSeenTheEnd(document, lastEventId)) return void reply.code(204).send();
    await this.relay(this.streams.reserve(ownerId), reply, (signal) =>
      this.following.document(document, signal),
    );
  }

  @Get('collections/:id/events')
  @ApiOperation({ summary: 'Follow every document of a collection' })
  @ApiEventStream(documentEvents, 'The current states first, then each change, until you leave.')
  async collection(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.collections.get(ownerId, id);
    await this.relay(this.streams.reserve(ownerId), reply, (signal) =>
      this.following.collection(ownerId, id, signal),
    );
  }

  private async relay(
    slot: SseSlot,
    reply: FastifyReply,
    follow: (signal: AbortSignal) => AsyncIterable<DocumentEvent>,
  ): Promise<void> {
    const left = new AbortController();
    const stream: SseStream = slot.open(reply);
    void stream.closed.then(() => left.abort());
    try {
      for await (const event of follow(left.signal)) {
        await stream.send(toSseEvent(event));
        if (!stream.isOpen) return;
      }
    } catch (error) {
      // The answer is 200 already: all that is left is to end it; the client comes back for the current state.
      this.logger.error('document-events.failed', { error });
    } finally {
      stream.close();
    }
  }
}

function hasSeenTheEnd(document: Document, lastEventId: string | undefined): boolean {
  if (lastEventId === undefined) return false;
  if (!/^\d{1,15}$/.test(lastEventId)) {
    throw new AppError({
      code: 'request.invalid',
      kind: 'invalid',
      message: 'Last-Event-ID must be the decimal id of an event of this stream.',
      errors: [{ path: '/Last-Event-ID', message: 'must be a decimal integer' }],
    });
  }
  return isSettled(document.newest.status) && Number(lastEventId) === terminalEventId(document);
}
