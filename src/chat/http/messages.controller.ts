import { Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiIdempotencyKey } from '../../platform/http/docs/api-headers.js';
import { ApiRefusal } from '../../platform/http/docs/refusals.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import { currentRequestId } from '../../platform/logging/request-context.js';
import type { Caller } from '../../shared/caller.js';
import { CancelAnswer } from '../application/cancel-answer.service.js';
import { DeleteMessage } from '../application/delete-message.service.js';
import { ReadMessages } from '../application/read-messages.service.js';
import { RegenerateAnswer } from '../application/regenerate-answer.service.js';
import type { StartedAnswer } from '../application/message-view.js';
import { AnswerStart } from './answer-start.js';
import { AnswerTraceDto, MessageDto, StartedAnswerDto } from './message.dto.js';

@ApiTags('Messages')
@Controller('api/v1/messages/:id')
export class MessagesController {
  constructor(
    private readonly reading: ReadMessages,
    private readonly deletion: DeleteMessage,
    private readonly cancelling: CancelAnswer,
    private readonly regenerating: RegenerateAnswer,
    private readonly start: AnswerStart,
  ) {}

  @Get()
  @ApiOperation({ summary: 'One message' })
  @ApiOkResponse({ type: MessageDto })
  get(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<MessageDto> {
    return this.reading.get(caller.ownerId, id);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a message with its descendants and what was derived from them' })
  @ApiNoContentResponse()
  async delete(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<void> {
    await this.deletion.delete(caller.ownerId, id);
  }

  @Post('cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Stop an answer; what it has said so far stays' })
  @ApiAcceptedResponse({ type: MessageDto })
  @ApiRefusal(409, 'The answer had ended before.')
  cancel(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<MessageDto> {
    return this.cancelling.cancel(caller.ownerId, id);
  }

  @Post('regenerate')
  @HttpCode(202)
  @ApiIdempotencyKey()
  @ApiOperation({ summary: 'Answer the same question again, beside the old answer' })
  @ApiAcceptedResponse({ type: StartedAnswerDto })
  @ApiRefusal(409, 'It is no answer to a question, or an answer on this branch is in progress.')
  async regenerate(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const commit = (): Promise<StartedAnswer> =>
      this.regenerating.regenerate(caller.ownerId, id, currentRequestId());
    await this.start.answer({ caller, request, reply }, commit, { streams: false });
  }

  @Get('trace')
  @ApiOperation({ summary: 'How the answer came about: retrieval, prompt parts, timings' })
  @ApiOkResponse({ type: AnswerTraceDto })
  async trace(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<AnswerTraceDto> {
    return { messageId: id, trace: await this.reading.trace(caller.ownerId, id) };
  }
}
