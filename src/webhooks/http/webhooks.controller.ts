import { Body, Controller, Delete, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiRefusal } from '../../platform/http/docs/refusals.js';
import { Idempotent } from '../../platform/http/idempotency/idempotent.js';
import { encodeCursor, ListQuery, pageOf } from '../../platform/http/list-query.dto.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import type { Caller } from '../../shared/caller.js';
import { ManageWebhooks } from '../application/manage-webhooks.service.js';
import {
  CreatedWebhookDto,
  CreateWebhookBody,
  WebhookDeliveryDto,
  WebhookDeliveryPageDto,
  WebhookDto,
  WebhookPageDto,
} from './webhook.dto.js';

@ApiTags('Webhooks')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: ManageWebhooks) {}

  @Post()
  @Idempotent({ atomic: true })
  @ApiOperation({
    summary: 'Have a server of yours told what happens',
    description:
      'By the convention of standardwebhooks.com: `webhook-id`, `webhook-timestamp` and `webhook-signature` ' +
      '(`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`). At least once, so tell repeats by the id; tried ' +
      'again with growing pauses until the answer is 2xx, for about two days; 410 ends it.',
  })
  @ApiCreatedResponse({ type: CreatedWebhookDto })
  @ApiRefusal(403, 'You have as many webhooks as are allowed (`quota.exceeded`).')
  @ApiRefusal(422, 'The URL cannot be used (`webhook.url-refused`).')
  async create(
    @CurrentCaller() { ownerId }: Caller,
    @Body() { url, events }: CreateWebhookBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedWebhookDto> {
    const { webhook, secret } = await this.webhooks.create(ownerId, { url, events });
    void reply.header('location', `/api/v1/webhooks/${webhook.id}`);
    return CreatedWebhookDto.with(secret, webhook);
  }

  @Get()
  @ApiOperation({ summary: 'Your webhooks, newest first' })
  @ApiOkResponse({ type: WebhookPageDto })
  async list(@CurrentCaller() { ownerId }: Caller, @Query() query: ListQuery): Promise<WebhookPageDto> {
    const { data, nextCursor } = await this.webhooks.list(ownerId, pageOf(query));
    return {
      data: data.map((webhook) => WebhookDto.from(webhook)),
      nextCursor: nextCursor && encodeCursor(nextCursor),
    };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One webhook' })
  @ApiOkResponse({ type: WebhookDto })
  async get(@CurrentCaller() { ownerId }: Caller, @UuidParam('id') id: string): Promise<WebhookDto> {
    return WebhookDto.from(await this.webhooks.get(ownerId, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a webhook and the log of its deliveries' })
  @ApiNoContentResponse()
  async delete(@CurrentCaller() { ownerId }: Caller, @UuidParam('id') id: string): Promise<void> {
    await this.webhooks.delete(ownerId, id);
  }

  @Get(':id/deliveries')
  @ApiOperation({ summary: 'What was sent to a webhook, newest first' })
  @ApiOkResponse({ type: WebhookDeliveryPageDto })
  async listDeliveries(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Query() query: ListQuery,
  ): Promise<WebhookDeliveryPageDto> {
    const { data, nextCursor } = await this.webhooks.listDeliveries(ownerId, id, pageOf(query));
    return {
      data: data.map((delivery) => WebhookDeliveryDto.from(delivery)),
      nextCursor: nextCursor && encodeCursor(nextCursor),
    };
  }
}
