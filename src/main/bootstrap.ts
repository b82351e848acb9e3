import type { Type, DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Configuration } from '../platform/config/configuration.js';
import { ServerConfig } from '../platform/config/server.config.js';
import { installDocs } from '../platform/http/docs/install-docs.js';
import { createHttpAdapter } from '../platform/http/http-adapter.js';
import { installHttpPlatform } from '../platform/http/install-http-platform.js';
import type { AppLogger } from '../platform/logging/app-logger.js';

/** The API over a root module, ready for `listen` or, in tests, `init`. */
export async function createHttpApp(
  rootModule: Type | DynamicModule,
  configuration: Configuration,
  logger: AppLogger,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    rootModule,
    createHttpAdapter(configuration.get(ServerConfig)),
    // Body parsers are our own; an error belongs to whoever starts the process.
    { logger, bodyParser: false, abortOnError: false },
  );
  await configureHttpApp(app);
  return app;
}

/** All that the API of production and the one of tests share. */
export async function configureHttpApp(app: NestFastifyApplication): Promise<void> {
  await installHttpPlatform(app);
  installDocs(app);
}
