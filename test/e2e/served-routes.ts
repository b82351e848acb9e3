import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { configureHttpApp } from '../../src/main/bootstrap.js';
import { createApiModule } from '../../src/main/start-api.js';
import { allSections } from '../../src/platform/config/all-sections.js';
import { loadConfiguration } from '../../src/platform/config/load-configuration.js';
import { ServerConfig } from '../../src/platform/config/server.config.js';
import { openEmbeddedDatabase } from '../../src/platform/database/pglite/open-embedded-database.js';
import { MergedMetrics } from '../../src/platform/health/merged-metrics.js';
import { createHttpAdapter } from '../../src/platform/http/http-adapter.js';
import { AppLogger } from '../../src/platform/logging/app-logger.js';
import { embeddedProviders } from '../../src/main/embedded-backends.js';
import { queuesInDatabase } from '../../src/platform/queue/queue-connection.js';
import { databaseTemplate } from '../database-template.js';

/** Every route that the router of the API knows, as `GET /api/v1/documents/{id}`. */
export async function servedRoutes(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'protostar-routes-'));
  const database = await openEmbeddedDatabase('memory://', { loadDataDir: await databaseTemplate() });
  const queues = queuesInDatabase(database);
  const close = async (): Promise<void> => {
    await queues.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  const configuration = loadConfiguration(allSections, {}, join(folder, '.env'));
  const module = await createApiModule({
    configuration,
    logger: AppLogger.create({ level: 'silent' }),
    metrics: new MergedMetrics(),
    backends: {
      profile: 'embedded',
      database,
      queueConnection: queues.connection,
      providers: embeddedProviders(folder),
      close,
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    module,
    createHttpAdapter(configuration.get(ServerConfig)),
    { logger: false, bodyParser: false, abortOnError: false },
  );
  const routes = new Set<string>();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', ({ url, method }) => {
      for (const one of [method].flat()) routes.add(`${one} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
    });
  await configureHttpApp(app);
  await app.init();
  await app.close();
  await close();
  return [...routes];
}
