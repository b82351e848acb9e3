import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { allSections } from '../platform/config/all-sections.js';
import type { Configuration } from '../platform/config/configuration.js';
import { ConfigurationModule } from '../platform/config/configuration.module.js';
import { FetchConfig } from '../platform/config/fetch.config.js';
import { DataSourceModule } from '../platform/database/data-source.module.js';
import { DATABASE_CONNECTION } from '../platform/database/database-connection.js';
import { Database } from '../platform/database/database.js';
import { Notifications } from '../platform/database/notifications.port.js';
import { PgNotifications } from '../platform/database/pg-notifications.js';
import { TransactionContext } from '../platform/database/transaction-context.js';
import { Transaction } from '../platform/database/transaction.port.js';
import { TypeormTransaction } from '../platform/database/typeorm-transaction.js';
import { MergedMetrics } from '../platform/health/merged-metrics.js';
import { MetricsRegistry } from '../platform/health/metrics-registry.js';
import type { AppLogger } from '../platform/logging/app-logger.js';
import { Logger } from '../platform/logging/logger.port.js';
import { GuardedOutgoingHttp } from '../platform/outgoing-http/guarded-outgoing-http.js';
import { SystemHostResolver } from '../platform/outgoing-http/host-resolver.js';
import { OutgoingHttp } from '../platform/outgoing-http/outgoing-http.port.js';
import { DatabaseWorkerLiveness } from '../platform/queue/database-worker-liveness.js';
import { queueNames } from '../platform/queue/define-job.js';
import { JobDispatcher } from '../platform/queue/job-dispatcher.port.js';
import { OutboxJobDispatcher } from '../platform/queue/outbox-job-dispatcher.js';
import { Queues } from '../platform/queue/queues.js';
import { WorkerLiveness } from '../platform/queue/worker-liveness.port.js';
import { Clock } from '../platform/time/clock.port.js';
import { SystemClock } from '../platform/time/system-clock.js';
import type { Backends } from './backends.js';
import { modelProviders } from './model-providers.js';

/** What one process hands to each of its Nest instances. */
export interface Composition {
  configuration: Configuration;
  backends: Backends;
  metrics: MergedMetrics;
  logger: AppLogger;
}

/** The technology under the features, for one Nest instance. Global, so that features import none of it. */
@Module({})
export class PlatformModule {
  static async register(composition: Composition, instance: string): Promise<DynamicModule> {
    const { configuration, backends } = composition;
    const providers = [...platformProviders(composition, instance), ...modelProviders];
    return {
      module: PlatformModule,
      global: true,
      imports: [
        await ConfigurationModule.register(configuration, allSections),
        DataSourceModule.register(backends.database),
        BullModule.forRoot({ connection: backends.queueConnection }),
        BullModule.registerQueue(...queueNames.map((name) => ({ name }))),
      ],
      providers,
      exports: [
        BullModule,
        ...providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
      ],
    };
  }
}

function platformProviders({ backends, metrics, logger }: Composition, instance: string): Provider[] {
  return [
    { provide: DATABASE_CONNECTION, useValue: backends.database },
    { provide: MergedMetrics, useValue: metrics },
    { provide: MetricsRegistry, useValue: metrics.add(new MetricsRegistry(instance)) },
    { provide: Logger, useValue: logger.child({ instance }) },
    { provide: Clock, useClass: SystemClock },
    {
      provide: OutgoingHttp,
      useFactory: (config: FetchConfig, log: Logger) =>
        new GuardedOutgoingHttp(config, new SystemHostResolver(), log),
      inject: [FetchConfig, Logger],
    },
    TransactionContext,
    Database,
    { provide: Transaction, useClass: TypeormTransaction },
    { provide: Notifications, useClass: PgNotifications },
    ...backends.providers,
    { provide: WorkerLiveness, useClass: DatabaseWorkerLiveness },
    Queues,
    OutboxJobDispatcher,
    { provide: JobDispatcher, useExisting: OutboxJobDispatcher },
  ];
}
