import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { QueueOverview } from './queue-overview.js';
import { renderDashboard } from './queue-dashboard-page.js';

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

@ApiTags('Operations')
@Controller('admin/queues')
export class QueueDashboardController {
  constructor(private readonly overview: QueueOverview) {}

  @Get()
  @ApiOperation({
    summary: 'Queues, their workers and their failed jobs',
    description: 'For the role admin.',
  })
  @ApiProduces('text/html')
  @ApiOkResponse({ schema: { type: 'string' } })
  async page(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.type('text/html; charset=utf-8').header('content-security-policy', policy);
    return renderDashboard(await this.overview.read());
  }
}
