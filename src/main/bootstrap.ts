import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { installDocs } from '../platform/http/docs/install-docs.js';
import { installHttpPlatform } from '../platform/http/install-http-platform.js';

/** All that the API of production and the one of tests share. Before `app.init()`, which registers the routes. */
export async function configureHttpApp(app: NestFastifyApplication): Promise<void> {
  await installHttpPlatform(app);
  installDocs(app);
}
