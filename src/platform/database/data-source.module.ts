import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { createDataSource } from './data-source.js';
import type { DatabaseConnection } from './database-connection.js';

const poolSize = 10;

/**
 * One Nest instance's own DataSource. Not `TypeOrmModule`, whose registry knows one default data source a process,
 * while four instances share this one; a module of its own, so that it ends after those that use it.
 */
@Module({})
export class DataSourceModule implements OnApplicationShutdown {
  constructor(private readonly dataSource: DataSource) {}

  static register(connection: DatabaseConnection): DynamicModule {
    const provider = {
      provide: DataSource,
      useFactory: () => createDataSource(connection, poolSize).initialize(),
    };
    return { module: DataSourceModule, providers: [provider], exports: [DataSource] };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
