import { Module, type DynamicModule } from '@nestjs/common';
import { ServerConfig } from '../platform/config/server.config.js';
import { createHttpApp } from './bootstrap.js';
import { apiFeatures } from './features.js';
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
  const app = await createHttpApp(await createApiModule(composition), configuration, logger);
  const { host, port } = configuration.get(ServerConfig);
  await app.listen(port, host);
  const url = await app.getUrl();
  logger.info('http.listening', { url });
  return { url, close: () => app.close() };
}
