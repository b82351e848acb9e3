import { NestFactory, ModulesContainer } from '@nestjs/core';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RerankedSearch } from '../../src/knowledge/application/reranked-search.js';
import { SearchPassages } from '../../src/knowledge/application/search-passages.port.js';
import { SearchPassagesService } from '../../src/knowledge/application/search-passages.service.js';
import { loadConfiguration } from '../../src/platform/config/load-configuration.js';
import { allSections } from '../../src/platform/config/all-sections.js';
import { openEmbeddedDatabase } from '../../src/platform/database/pglite/open-embedded-database.js';
import { ServerConfig } from '../../src/platform/config/server.config.js';
import { createHttpAdapter } from '../../src/platform/http/http-adapter.js';
import { MergedMetrics } from '../../src/platform/health/merged-metrics.js';
import { AppLogger } from '../../src/platform/logging/app-logger.js';
import { queuesInDatabase } from '../../src/platform/queue/queue-connection.js';
import { QueueProcessor } from '../../src/platform/queue/queue-processor.js';
import {
  chatWorkerFeature,
  knowledgeWorkerFeature,
  summaryWorkerFeature,
} from '../../src/main/worker-features.js';
import { embeddedProviders } from '../../src/main/embedded-backends.js';
import type { Composition } from '../../src/main/platform.module.js';
import { createApiModule } from '../../src/main/start-api.js';
import { createWorkerModule } from '../../src/main/start-worker.js';
import { databaseTemplate } from '../database-template.js';

describe('the four Nest instances', () => {
  let composition: Composition;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'protostar-instances-'));
    const database = await openEmbeddedDatabase('memory://', { loadDataDir: await databaseTemplate() });
    const queues = queuesInDatabase(database);
    composition = {
      configuration: loadConfiguration(allSections, {}, join(folder, '.env')),
      logger: AppLogger.create({ level: 'error' }),
      metrics: new MergedMetrics(),
      backends: {
        profile: 'embedded',
        database,
        queueConnection: queues.connection,
        providers: embeddedProviders(folder),
        async close() {
          await queues.close();
          await database.close();
        },
      },
    };
  });
  afterAll(async () => {
    await composition.backends.close();
    await rm(folder, { recursive: true, force: true });
  });

  const wrappers = (app: INestApplicationContext) => [...app.get(ModulesContainer).values()];
  const processorsOf = (app: INestApplicationContext): string[] =>
    wrappers(app)
      .flatMap((module) => [...module.providers.values()])
      .map(({ instance }) => instance as unknown)
      .filter((instance): instance is QueueProcessor => instance instanceof QueueProcessor)
      .map((processor) => processor.constructor.name);
  const controllersOf = (app: INestApplicationContext): number =>
    wrappers(app).flatMap((module) => [...module.controllers.values()]).length;

  /** Instantiates everything without starting it: no worker runs, nothing listens. */
  const instantiate = async (module: DynamicModule): Promise<INestApplicationContext> => {
    const adapter = createHttpAdapter(composition.configuration.get(ServerConfig));
    return NestFactory.create(module, adapter, { logger: false, abortOnError: false });
  };

  it('the API holds controllers and no processor', async () => {
    const app = await instantiate(await createApiModule(composition));
    expect(processorsOf(app)).toEqual([]);
    expect(controllersOf(app)).toBeGreaterThan(5);
    await app.close();
  });

  it('searches are reranked where a model is named, and only there', async () => {
    const env = { RERANK_MODEL: 'm', RERANK_BASE_URL: 'http://127.0.0.1:1/v1' };
    const reranking = {
      ...composition,
      configuration: loadConfiguration(allSections, env, join(folder, '.env')),
    };
    for (const [given, service] of [
      [composition, SearchPassagesService],
      [reranking, RerankedSearch],
    ] as const) {
      const app = await instantiate(await createApiModule({ ...given, metrics: new MergedMetrics() }));
      expect(app.get(SearchPassages, { strict: false })).toBeInstanceOf(service);
      await app.close();
    }
  });

  it.each([
    ['chat-worker', chatWorkerFeature, ['ChatProcessor']],
    ['knowledge-worker', knowledgeWorkerFeature, ['KnowledgeProcessor']],
    ['summary-worker', summaryWorkerFeature, ['SummaryProcessor']],
  ])('the %s holds its own processor and no controller', async (instance, feature, processors) => {
    const app = await instantiate(await createWorkerModule(composition, instance, feature()));
    expect(processorsOf(app)).toEqual(processors);
    expect(controllersOf(app)).toBe(0);
    await app.close();
  });
});
