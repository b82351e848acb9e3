import { Module } from '@nestjs/common';
import { QueueDashboardController } from './queue-dashboard.controller.js';
import { QueueOverview } from './queue-overview.js';
import { HealthController } from '../health/health.controller.js';
import { ModelNames } from '../health/model-names.js';
import { Readiness } from '../health/readiness.js';

/** `/health/*`, `/metrics` and `/admin/queues` of the API instance. */
@Module({
  controllers: [HealthController, QueueDashboardController],
  providers: [Readiness, ModelNames, QueueOverview],
})
export class OperationsModule {}
