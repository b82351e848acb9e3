import { Module, type DynamicModule } from '@nestjs/common';
import { MemoryController } from './http/memory.controller.js';

@Module({})
export class SummaryHttpModule {
  /** @param summary `SummaryModule.register(...)`. */
  static register(summary: DynamicModule): DynamicModule {
    return { module: SummaryHttpModule, imports: [summary], controllers: [MemoryController] };
  }
}
