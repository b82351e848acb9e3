import { Module, type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ServerConfig } from '../platform/config/server.config.js';
import { ModelNames } from '../platform/health/model-names.js';
import { Readiness } from '../platform/health/readiness.js';
import { WorkerHealthServer } from '../platform/health/worker-health-server.js';
import { OutboxSweep } from '../platform/queue/outbox-sweep.js';
import { JobMetrics } from '../platform/queue/job-metrics.js';
import { WorkerRuntime } from '../platform/queue/worker-runtime.js';
import { PlatformModule, type Composition } from './platform.module.js';
import type { Running } from './start.js';

const workerProviders = [JobMetrics, WorkerRuntime];

/** What each worker instance has besides its feature's worker module. */
@Module({ providers: [...workerProviders, OutboxSweep, Readiness, ModelNames], exports: workerProviders })
class WorkerBaseModule {}

@Module({})
class WorkerInstanceModule {}

/** One Nest instance without a controller: the feature's worker module over the platform. */
export async function createWorkerModule(
  composition: Composition,
  instance: string,
  feature: Type | DynamicModule,
): Promise<DynamicModule> {
  const base = { module: WorkerBaseModule, global: true };
  return {
    module: WorkerInstanceModule,
    imports: [await PlatformModule.register(composition, instance), base, feature],
  };
}

export async function startWorker(
  composition: Composition,
  instance: string,
  feature: Type | DynamicModule,
): Promise<INestApplicationContext> {
  const module = await createWorkerModule(composition, instance, feature);
  const logger = composition.logger.child({ instance });
  const context = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
  logger.info('instance.started');
  return context;
}

/** A process of its own: besides the worker, its health and metrics on `HEALTH_PORT` when that is set. */
export async function startWorkerProcess(
  composition: Composition,
  instance: string,
  feature: Type | DynamicModule,
): Promise<Running[]> {
  const worker = await startWorker(composition, instance, feature);
  const { healthPort, host } = composition.configuration.get(ServerConfig);
  if (healthPort === undefined) return [worker];
  const health = new WorkerHealthServer(worker.get(Readiness), composition.metrics);
  const port = await health.listen(healthPort, host);
  composition.logger.child({ instance }).info('health.listening', { port });
  return [worker, health];
}
