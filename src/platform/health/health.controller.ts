import { Controller, Get, Res } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { LivenessView, ReadinessView } from './health.dto.js';
import { MergedMetrics } from './merged-metrics.js';
import { Readiness, type ReadinessReport } from './readiness.js';

@ApiTags('Operations')
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: MergedMetrics,
  ) {}

  @Get('health/live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiOkResponse({ type: LivenessView })
  live(): LivenessView {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'What the process depends on, and the model and embedder in use' })
  @ApiOkResponse({ type: ReadinessView, description: '`ok`, or `degraded` when a queue has no live worker.' })
  @ApiServiceUnavailableResponse({
    type: ReadinessView,
    description: 'A store is unreachable.',
    headers: { 'Retry-After': { schema: { type: 'integer', minimum: 1 } } },
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    if (report.status === 'unavailable') void reply.code(503).header('retry-after', '5');
    return report;
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Metrics in the Prometheus text format', description: 'For the role admin.' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  async text(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.type(this.metrics.contentType);
    return this.metrics.text();
  }
}
