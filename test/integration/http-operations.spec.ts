import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { Module } from '@nestjs/common';
import { OperationsModule } from '../../src/platform/admin/operations.module.js';
import { MetadataConfig } from '../../src/platform/config/metadata.config.js';
import { ModelNames } from '../../src/platform/health/model-names.js';
import { STORE_PROBES, type StoreProbes } from '../../src/platform/health/store-probes.js';
import { embeddedProbes } from '../../src/main/embedded-backends.js';
import { Readiness } from '../../src/platform/health/readiness.js';
import { WorkerHealthServer } from '../../src/platform/health/worker-health-server.js';
import { MergedMetrics } from '../../src/platform/health/merged-metrics.js';
import { MetricsRegistry } from '../../src/platform/health/metrics-registry.js';
import { ChatModel } from '../../src/platform/models/chat-model.port.js';
import { Embedder } from '../../src/platform/models/embedder.port.js';
import { Reranker } from '../../src/platform/models/reranker.port.js';
import { ObjectStore } from '../../src/platform/object-storage/object-store.port.js';
import { DatabaseWorkerLiveness } from '../../src/platform/queue/database-worker-liveness.js';
import type { QueueName } from '../../src/platform/queue/define-job.js';
import { Queues } from '../../src/platform/queue/queues.js';
import { WorkerLiveness } from '../../src/platform/queue/worker-liveness.port.js';
import { newId } from '../../src/shared/ids.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { startProbe, type Probe } from './http-probe.js';
import { ThingController } from './http-probe.controller.js';

const objects = {
  isDown: false,
  async *list() {
    if (objects.isDown) throw new Error('The bucket of a customer cannot be reached.');
    yield { key: 'health/x', modifiedAt: new Date() };
  },
};

const failedJob = {
  id: 'doc-1-1',
  name: 'ingest-document',
  failedReason: '<script>alert(1)</script>',
  attemptsMade: 3,
  finishedOn: 0,
};

const queueOf = (name: QueueName) => ({
  name,
  getJobCounts: async () => ({ waiting: 4, active: 1, delayed: 0, completed: 9, failed: 1 }),
  getJobs: async () => (name === 'knowledge' ? [failedJob] : []),
});

const parts = [
  { provide: ObjectStore, useValue: objects },
  embeddedProbes,
  { provide: WorkerLiveness, useClass: DatabaseWorkerLiveness },
  { provide: Queues, useValue: { all: () => (['chat', 'knowledge', 'summary'] as const).map(queueOf) } },
  { provide: ChatModel, useValue: { name: 'extractive', generative: false } },
  { provide: Embedder, useValue: { model: 'hashed-v1' } },
  { provide: Reranker, useValue: null },
];

@Module({ providers: parts, exports: parts.map(({ provide }) => provide) })
class PartsModule {}

describe('operations', () => {
  let probe: Probe;

  beforeAll(async () => {
    probe = await startProbe(
      [ThingController],
      {},
      {
        imports: [{ module: PartsModule, global: true }, OperationsModule],
      },
    );
  });

  afterAll(async () => {
    await probe.close();
  });

  const beat = (queue: QueueName) =>
    probe.database.database.execute('INSERT INTO worker_heartbeat (instance_id, queue) VALUES ($1, $2)', [
      newId(),
      queue,
    ]);

  beforeEach(async () => {
    objects.isDown = false;
    await probe.database.database.execute('DELETE FROM worker_heartbeat');
  });

  it('is alive', async () => {
    expect((await probe.send('/health/live')).json()).toEqual({ status: 'ok' });
  });

  it('is ready when the stores answer and every queue is served', async () => {
    for (const queue of ['chat', 'knowledge', 'summary'] as const) await beat(queue);
    const answer = await probe.send('/health/ready');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      status: 'ok',
      stores: {
        database: { status: 'up', latencyMs: expect.any(Number) as number },
        objectStore: { status: 'up', latencyMs: expect.any(Number) as number },
      },
      queues: {
        chat: { served: true, liveWorkers: 1 },
        knowledge: { served: true, liveWorkers: 1 },
        summary: { served: true, liveWorkers: 1 },
      },
      model: { name: 'extractive', generative: false, generatesMetadata: false },
      embedder: { model: 'hashed-v1' },
      reranker: null,
    });
  });

  it('is degraded, but ready, when a queue has no live worker', async () => {
    await beat('chat');
    await probe.database.database.execute(
      "INSERT INTO worker_heartbeat (instance_id, queue, progress_at) VALUES ($1, 'summary', now() - interval '4 seconds')",
      [newId()],
    );
    const answer = await probe.send('/health/ready');
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      status: 'degraded',
      queues: { chat: { served: true }, knowledge: { served: false }, summary: { served: false } },
    });
  });

  it('503 when a store is unreachable, without its words', async () => {
    objects.isDown = true;
    const answer = await probe.send('/health/ready');
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toMatchObject({
      status: 'unavailable',
      stores: { database: { status: 'up' }, objectStore: { status: 'down' } },
    });
    expect(answer.text).not.toContain('customer');
  });

  it('measures requests by route and shows the process once', async () => {
    await probe.send(`/api/v1/things/${newId()}`);
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    const { status, text, headers } = await probe.send('/metrics', { headers: { accept } });
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/plain');
    expect(text).toMatch(
      /^protostar_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/things\/:id",status="200",instance="api"\} 1$/m,
    );
    expect(text.match(/^# TYPE protostar_process_cpu_seconds_total /gm)).toHaveLength(1);
  });

  it('shows queues, workers and failed jobs, whatever their text', async () => {
    await beat('chat');
    const { status, headers, text } = await probe.send('/admin/queues', { headers: { accept: 'text/html' } });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(text).toContain('doc-1-1');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('<script');
  });

  describe('documentation', () => {
    it('serves the OpenAPI document of this API', async () => {
      const document = (await probe.send('/docs/openapi.json')).json<{
        openapi: string;
        paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
      }>();
      expect(document.openapi).toBe('3.1.0');
      expect(Object.keys(document.paths)).toEqual(
        expect.arrayContaining([
          '/health/ready',
          '/metrics',
          '/admin/queues',
          '/api/v1/tickets',
          '/api/v1/things/{id}',
        ]),
      );
      expect(document.paths['/api/v1/tickets']?.post?.responses).toHaveProperty('default');
    });

    it('serves Swagger UI with a policy that its page keeps', async () => {
      const page = await probe.send('/docs', { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      expect(page.headers['content-security-policy']).toContain("script-src 'self';");
      expect(page.text).not.toMatch(/<script(?! src="\/docs\/)/);
      const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => String(url));
      expect(assets).toHaveLength(4);
      for (const url of assets) expect((await probe.send(url)).status).toBe(200);
    });

    it('serves the whole API for reading, without a script or another host', async () => {
      const page = await probe.send('/reference', { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      expect(page.text).toContain('/api/v1/things/{id}');
      expect(page.text).toContain('Make a ticket');
      expect(page.text).not.toMatch(/<script|src=|url\(|@import/);
    });
  });

  describe('of a worker process', () => {
    it('are the same health and metrics, without Nest', async () => {
      const metrics = new MergedMetrics();
      const registry = metrics.add(new MetricsRegistry('chat-worker'));
      registry.counter({ name: 'answers_total', help: 'Answers.' }).inc();
      metrics
        .add(new MetricsRegistry('summary-worker'))
        .counter({ name: 'answers_total', help: 'Answers.' })
        .inc(2);
      const models = new ModelNames(
        probe.app.get(ChatModel),
        probe.app.get(Embedder),
        probe.app.get(MetadataConfig),
        probe.app.get(Reranker),
      );
      const { database } = probe.database;
      const workers = new DatabaseWorkerLiveness(database);
      const probes = probe.app.get<StoreProbes>(STORE_PROBES);
      const readiness = new Readiness(probes, workers, models, new SilentLogger());
      const server = new WorkerHealthServer(readiness, metrics);
      const url = `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}`;
      const ready = await fetch(`${url}/health/ready`);
      expect([ready.status, (await ready.json()) as object]).toMatchObject([200, { status: 'degraded' }]);
      objects.isDown = true;
      expect((await fetch(`${url}/health/ready`)).status).toBe(503);
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
      const text = await (await fetch(`${url}/metrics`)).text();
      expect(text).toContain('protostar_answers_total{instance="chat-worker"} 1');
      expect(text).toContain('protostar_answers_total{instance="summary-worker"} 2');
      await server.close();
      await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
    });

    it('say so when their port is taken', async () => {
      const other = createServer();
      await new Promise<void>((resolve) => {
        other.listen(0, '127.0.0.1', resolve);
      });
      const { port } = other.address() as AddressInfo;
      const server = new WorkerHealthServer(probe.app.get(Readiness), new MergedMetrics());
      await expect(server.listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
      await new Promise((resolve) => {
        other.close(resolve);
      });
    });
  });
});
