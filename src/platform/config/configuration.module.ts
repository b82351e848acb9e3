import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Configuration } from './configuration.js';
import type { Section } from './section.js';

/**
 * Provides section instances by class to the whole instance. The text was read and checked before by
 * `loadConfiguration`, so that a wrong setting stops the start before anything is opened; `ConfigService`
 * reads the same values by section name.
 */
@Module({})
export class ConfigurationModule {
  static async register(configuration: Configuration, sections: readonly Section[]): Promise<DynamicModule> {
    const providers = sections.map((section) => ({ provide: section, useValue: configuration.get(section) }));
    const values = Object.fromEntries(sections.map((section) => [section.name, configuration.get(section)]));
    return {
      module: ConfigurationModule,
      global: true,
      imports: [
        await ConfigModule.forRoot({
          ignoreEnvFile: true,
          skipProcessEnv: true,
          load: [(): object => values],
        }),
      ],
      providers: [{ provide: Configuration, useValue: configuration }, ...providers],
      exports: [Configuration, ...sections, ConfigModule],
    };
  }
}
