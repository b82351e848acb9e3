import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiIdempotencyKey } from '../../platform/http/docs/api-headers.js';
import { eventStreamContent } from '../../platform/http/docs/event-stream.js';
import { ApiRefusal } from '../../platform/http/docs/refusals.js';
import { Idempotent } from '../../platform/http/idempotency/idempotent.js';
import { pageOf } from '../../platform/http/list-query.dto.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import { currentRequestId } from '../../platform/logging/request-context.js';
import type { Caller } from '../../shared/caller.js';
import { invalid } from '../application/chat-errors.js';
import { ImportHistory } from '../application/import-history.service.js';
import { PostMessage } from '../application/post-message.service.js';
import { ReadMessages, type MessageSelection } from '../application/read-messages.service.js';
import { answerEvents } from './answer-event.dto.js';
import { AnswerStart } from './answer-start.js';
import { ImportHistoryDto, ListMessagesQuery, PostMessageDto } from './message-requests.dto.js';
import { MessagePageDto, ImportResultDto, StartedAnswerDto } from './message.dto.js';
import { pageAnswer } from './page-answer.js';

@ApiTags('Messages')
@Controller('api/v1/conversations/:id')
export class ConversationMessagesController {
  constructor(
    private readonly reading: ReadMessages,
    private readonly posting: PostMessage,
    private readonly start: AnswerStart,
    private readonly importing: ImportHistory,
  ) {}

  @Get('messages')
  @ApiOperation({
    summary: 'Messages of the active path, of another path or of the whole tree, oldest first',
  })
  @ApiOkResponse({ type: MessagePageDto })
  async list(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Query() query: ListMessagesQuery,
  ): Promise<MessagePageDto> {
    const page = await this.reading.page(caller.ownerId, id, selectionOf(query), pageOf(query));
    return pageAnswer(page, (message) => message);
  }

  @Post('messages')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Ask a question',
    description:
      'Answers 202 as soon as question and answer are stored; with an `Accept` that names `text/event-stream`, 200 and the events of the answer.',
  })
  @ApiIdempotencyKey()
  @ApiProduces('application/json', 'text/event-stream')
  @ApiExtraModels(StartedAnswerDto)
  @ApiResponse({
    status: 200,
    description: 'The answer as it comes. A repeat with the same `Idempotency-Key` attaches from the start.',
    content: eventStreamContent(answerEvents),
  })
  @ApiResponse({
    status: 202,
    description: 'Question and answer are stored.',
    content: { 'application/json': { schema: { $ref: getSchemaPath(StartedAnswerDto) } } },
  })
  @ApiRefusal(409, 'An answer on this branch is in progress.')
  @ApiRefusal(413, 'The content or the page is larger than allowed.')
  @ApiRefusal(422, 'No text could be made of the page.')
  async post(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') conversationId: string,
    @Body() body: PostMessageDto,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const question = await this.posting.judge({
      ownerId: caller.ownerId,
      conversationId,
      content: body.content,
      mode: body.mode,
      page: body.page,
      parentId: body.parentId,
      filter: body.filter,
      requestId: currentRequestId(),
    });
    await this.start.answer({ caller, request, reply }, () => this.posting.commit(question));
  }

  @Post('import')
  @Idempotent({ atomic: true })
  @ApiOperation({ summary: 'Append a history from elsewhere to the active path; nothing is answered' })
  @ApiCreatedResponse({ type: ImportResultDto })
  @ApiRefusal(413, 'The content of a message is larger than allowed.')
  async import(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: ImportHistoryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportResultDto> {
    const history = body.messages.map(({ createdAt, ...message }) => ({
      ...message,
      ...(createdAt === undefined ? {} : { createdAt: new Date(createdAt) }),
    }));
    const data = await this.importing.import(caller.ownerId, id, history, currentRequestId());
    void reply.header('location', `/api/v1/conversations/${id}/messages`);
    return { data };
  }
}

function selectionOf({ leafId, all }: ListMessagesQuery): MessageSelection {
  if (!all) return leafId === undefined ? {} : { leafId };
  if (leafId !== undefined) throw invalid('/leafId', 'is not taken together with all=true');
  return { all };
}
