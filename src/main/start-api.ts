import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ServerConfig } from '../platform/config/server.config.js';
import { createHttpAdapter } from '../platform/http/http-adapter.js';
import { configureHttpApp } from './bootstrap.js';
import { apiFeatures } from './api-features.js';
import { PlatformModule, type Composition } from './platform.module.js';
import type { Running } from './start.js';

@Module({})
class ApiModule {}

/** The HTTP instance: controllers and services, no processor. */
export async function createApiModule(composition: Composition): Promise<DynamicModule> {
  return {
    module: ApiModule,
    imports: [await PlatformModule.register(composition, 'api'), ...apiFeatures()],
  };
}

export async function startApi(composition: Composition): Promise<Running & { url: string }> {
  const { configuration } = composition;
  const logger = composition.logger.child({ instance: 'api' });
  const app = await NestFactory.create<NestFastifyApplication>(
    await createApiModule(composition),
    createHttpAdapter(configuration.get(ServerConfig)),
    // Body parsers are our own; an error belongs to whoever starts the process.
    { logger, bodyParser: false, abortOnError: false },
  );
  await configureHttpApp(app);
  const { host, port } = configuration.get(ServerConfig);
  await app.listen(port, host);
  const url = await app.getUrl();
  logger.info('http.listening', { url });
  return { url, close: () => app.close() };
}
