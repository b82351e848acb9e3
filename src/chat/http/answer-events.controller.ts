import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiLastEventId } from '../../platform/http/docs/api-headers.js';
import { ApiEventStream } from '../../platform/http/docs/event-stream.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import type { Caller } from '../../shared/caller.js';
import { answerEvents } from './answer-event.dto.js';
import { AnswerRelay } from './answer-relay.js';
import { eventPosition } from './event-position.js';
import { EventsQuery } from './message-requests.dto.js';

@ApiTags('Messages')
@Controller('api/v1/messages/:id/events')
export class AnswerEventsController {
  constructor(private readonly relay: AnswerRelay) {}

  @Get()
  @ApiOperation({
    summary: 'The events of an answer, from the start or from where you left off',
    description:
      'Ends after `message.completed`, `message.cancelled` or `message.failed`. The content is the deltas after the last `message.restarted`.',
  })
  @ApiLastEventId('Continue right after this event. Beats `after`.')
  @ApiEventStream(answerEvents, 'The events, until the answer has ended.')
  @ApiNoContentResponse({ description: 'You have the terminal event: there is nothing to come.' })
  async events(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') messageId: string,
    @Query() query: EventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const after = eventPosition(lastEventId, query.after);
    const slot = this.relay.reserve(ownerId);
    try {
      const sent = await this.relay.relay({ ownerId, messageId, after }, slot, reply);
      if (!sent) void reply.code(204).send();
    } finally {
      slot.release();
    }
  }
}
