import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../shared/caller.js';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { IssueTicket } from '../application/issue-ticket.service.js';
import { CreateTicketBody, TicketView } from './ticket.dto.js';

@ApiTags('Callers')
@Controller('api/v1/tickets')
export class TicketController {
  constructor(private readonly issueTicket: IssueTicket) {}

  @Post()
  @ApiOperation({
    summary: 'Make a ticket for a client that cannot send headers',
    description: 'For `EventSource` and downloads: one path, this owner, 15 minutes. Void when the key goes.',
  })
  @ApiCreatedResponse({ type: TicketView })
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: CreateTicketBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TicketView> {
    const { url, expiresAt } = await this.issueTicket.execute(caller, body.path);
    void reply.header('location', url);
    return { url, expiresAt: expiresAt.toISOString() };
  }
}
