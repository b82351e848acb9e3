import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OutboxSweep } from '../platform/queue/outbox-sweep.js';
import { JobMetrics } from '../platform/queue/job-metrics.js';
import { WorkerRuntime } from '../platform/queue/worker-runtime.js';
import { PlatformModule, type Composition } from './platform.module.js';
import type { Running } from './start.js';

const workerProviders = [JobMetrics, WorkerRuntime];

/** What each worker instance has besides its feature's worker module. */
@Module({ providers: [...workerProviders, OutboxSweep], exports: workerProviders })
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
): Promise<Running> {
  const module = await createWorkerModule(composition, instance, feature);
  const logger = composition.logger.child({ instance });
  const context = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
  logger.info('instance.started');
  return context;
}
