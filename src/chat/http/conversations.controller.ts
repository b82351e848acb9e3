import { Body, Controller, Delete, Get, Headers, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiIfMatch, etagHeader } from '../../platform/http/docs/api-headers.js';
import { ApiRefusal } from '../../platform/http/docs/refusals.js';
import { Idempotent } from '../../platform/http/idempotency/idempotent.js';
import { ListQuery, pageOf } from '../../platform/http/list-query.dto.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import type { Caller } from '../../shared/caller.js';
import { DeleteConversation } from '../application/delete-conversation.service.js';
import { ManageConversations, versionOf } from '../application/manage-conversations.service.js';
import type { Conversation } from '../domain/conversation.js';
import {
  ConversationDto,
  ConversationPageDto,
  CreateConversationDto,
  toConversationDto,
  UpdateConversationDto,
} from './conversation.dto.js';
import { pageAnswer } from './page-answer.js';

@ApiTags('Conversations')
@Controller('api/v1/conversations')
export class ConversationsController {
  constructor(
    private readonly conversations: ManageConversations,
    private readonly deletion: DeleteConversation,
  ) {}

  @Post()
  @Idempotent({ atomic: true })
  @ApiOperation({ summary: 'Start a conversation' })
  @ApiCreatedResponse({ type: ConversationDto, headers: etagHeader })
  @ApiRefusal(404, 'One of the collections is not there.')
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: CreateConversationDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConversationDto> {
    const conversation = await this.conversations.create(caller.ownerId, body);
    void reply.header('location', `/api/v1/conversations/${conversation.id}`);
    return shown(conversation, reply);
  }

  @Get()
  @ApiOperation({ summary: 'Your conversations, newest first' })
  @ApiOkResponse({ type: ConversationPageDto })
  async list(@CurrentCaller() caller: Caller, @Query() query: ListQuery): Promise<ConversationPageDto> {
    return pageAnswer(await this.conversations.page(caller.ownerId, pageOf(query)), toConversationDto);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One conversation' })
  @ApiOkResponse({ type: ConversationDto, headers: etagHeader })
  async get(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConversationDto> {
    return shown(await this.conversations.get(caller.ownerId, id), reply);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a conversation (JSON Merge Patch)' })
  @ApiIfMatch()
  @ApiOkResponse({ type: ConversationDto, headers: etagHeader })
  async change(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: UpdateConversationDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConversationDto> {
    const isExpected = ifMatch === undefined ? undefined : matcher(ifMatch);
    const { title, collectionIds, systemPrompt, activeMessageId } = body;
    const change = { title, collectionIds, systemPrompt, activeMessageId };
    return shown(await this.conversations.change(caller.ownerId, id, change, isExpected), reply);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a conversation and everything derived from it' })
  @ApiNoContentResponse()
  async delete(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<void> {
    await this.deletion.delete(caller.ownerId, id);
  }
}

function shown(conversation: Conversation, reply: FastifyReply): ConversationDto {
  void reply.header('etag', `"${versionOf(conversation)}"`);
  return toConversationDto(conversation);
}

/** Strong comparison (RFC 9110): a weak tag never matches. */
function matcher(ifMatch: string): (version: string) => boolean {
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  return (version) => tags.includes('*') || tags.includes(`"${version}"`);
}
