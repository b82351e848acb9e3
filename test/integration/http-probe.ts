import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { configureHttpApp } from '../../src/main/bootstrap.js';
import { IdentityHttpModule } from '../../src/identity/identity-http.module.js';
import { IdentityModule } from '../../src/identity/identity.module.js';
import { ManageKeys } from '../../src/identity/application/manage-keys.service.js';
import { allSections } from '../../src/platform/config/all-sections.js';
import { ConfigurationModule } from '../../src/platform/config/configuration.module.js';
import { loadConfiguration } from '../../src/platform/config/load-configuration.js';
import { ServerConfig } from '../../src/platform/config/server.config.js';
import { createHttpAdapter } from '../../src/platform/http/http-adapter.js';
import { Database } from '../../src/platform/database/database.js';
import { Notifications } from '../../src/platform/database/notifications.port.js';
import { Transaction } from '../../src/platform/database/transaction.port.js';
import { MergedMetrics } from '../../src/platform/health/merged-metrics.js';
import { MetricsRegistry } from '../../src/platform/health/metrics-registry.js';
import { HttpPlatformModule } from '../../src/platform/http/http-platform.module.js';
import { AppLogger } from '../../src/platform/logging/app-logger.js';
import { Logger } from '../../src/platform/logging/logger.port.js';
import { FetchConfig } from '../../src/platform/config/fetch.config.js';
import { GuardedOutgoingHttp } from '../../src/platform/outgoing-http/guarded-outgoing-http.js';
import { SystemHostResolver } from '../../src/platform/outgoing-http/host-resolver.js';
import { OutgoingHttp } from '../../src/platform/outgoing-http/outgoing-http.port.js';
import { Clock } from '../../src/platform/time/clock.port.js';
import { SystemClock } from '../../src/platform/time/system-clock.js';
import { openTestDatabase, type TestDatabase } from './database.js';

export interface ProbeAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON; fails the test when it is none. */
  json<T = Record<string, unknown>>(): T;
}

export interface ProbeRequest {
  method?: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON, text as it is. */
  body?: object | string | Buffer;
}

export interface Probe {
  app: NestFastifyApplication;
  port: number;
  database: TestDatabase;
  keys: ManageKeys;
  /** Every line of the log so far. */
  log: Record<string, unknown>[];
  send(path: string, request?: ProbeRequest): Promise<ProbeAnswer>;
  /** Bytes straight to the socket; everything that comes back until it closes. */
  sendRaw(bytes: string): Promise<string>;
  close(): Promise<void>;
}

@Module({})
class ProbeModule {}

/** The HTTP platform over a controller of the test, listening on a real port. */
export async function startProbe(
  controllers: Type[],
  environment: Record<string, string> = {},
  more: { imports?: (Type | DynamicModule)[] } = {},
): Promise<Probe> {
  const database = await openTestDatabase();
  const log: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) };
  const logger = AppLogger.create({ level: 'info', destination });
  const configuration = loadConfiguration(allSections, { PORT: '0', ...environment }, '/nonexistent/.env');
  const metrics = new MergedMetrics();
  const providers = [
    { provide: Database, useValue: database.database },
    { provide: Transaction, useValue: database.transaction },
    { provide: Notifications, useValue: database.notifications },
    { provide: Logger, useValue: logger },
    { provide: Clock, useClass: SystemClock },
    {
      provide: OutgoingHttp,
      useValue: new GuardedOutgoingHttp(configuration.get(FetchConfig), new SystemHostResolver(), logger),
    },
    { provide: MergedMetrics, useValue: metrics },
    { provide: MetricsRegistry, useValue: metrics.add(new MetricsRegistry('api')) },
  ];
  const platform: DynamicModule = {
    module: ProbeModule,
    global: true,
    providers,
    exports: providers.map(({ provide }) => provide),
  };
  const root: DynamicModule = {
    module: class ProbeRoot {},
    imports: [
      await ConfigurationModule.register(configuration, allSections),
      platform,
      HttpPlatformModule,
      IdentityModule,
      IdentityHttpModule,
      ...(more.imports ?? []),
    ],
    controllers,
  };
  const app = await NestFactory.create<NestFastifyApplication>(
    root,
    createHttpAdapter(configuration.get(ServerConfig)),
    { logger, bodyParser: false, abortOnError: false },
  );
  await configureHttpApp(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    port,
    database,
    log,
    keys: app.get(ManageKeys),
    send: (path, request) => send(port, path, request ?? {}),
    sendRaw: (bytes) => sendRaw(port, bytes),
    async close() {
      await app.close();
      await database.close();
    },
  };
}

async function send(
  port: number,
  path: string,
  { method, headers, body }: ProbeRequest,
): Promise<ProbeAnswer> {
  const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
  const payload = isJson ? JSON.stringify(body) : body;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        port,
        host: '127.0.0.1',
        path,
        method: method ?? 'GET',
        agent: false,
        headers: {
          ...(isJson ? { 'content-type': 'application/json' } : {}),
          ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }),
          ...headers,
        },
      },
      (answer) => {
        readText(answer).then((text) => {
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text,
            json: <T>() => JSON.parse(text) as T,
          });
        }, reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return readText(socket);
}
