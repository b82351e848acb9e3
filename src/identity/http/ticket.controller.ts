import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../shared/caller.js';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiRefusal } from '../../platform/http/docs/refusals.js';
import { Idempotent } from '../../platform/http/idempotency/idempotent.js';
import { PathCheck } from '../../platform/http/path-check.js';
import { IssueTicket } from '../application/issue-ticket.service.js';
import { CreateTicketBody, TicketView } from './ticket.dto.js';

@ApiTags('Callers')
@Controller('api/v1/tickets')
export class TicketController {
  constructor(
    private readonly issueTicket: IssueTicket,
    private readonly paths: PathCheck,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Make a ticket for a client that cannot send headers',
    description:
      'For `EventSource` and downloads: one path, this owner, 15 minutes. Void when the key or the resource goes.',
  })
  @ApiCreatedResponse({ type: TicketView })
  @ApiRefusal(404, 'There is nothing at the path that you may read.')
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: CreateTicketBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TicketView> {
    const { url, expiresAt } = await this.issueTicket.execute(caller, body.path, (target) =>
      this.paths.assertReadable(request, target),
    );
    void reply.header('location', url);
    return { url, expiresAt: expiresAt.toISOString() };
  }
}
