import { Module, type DynamicModule } from '@nestjs/common';
import { SummaryProcessor } from './worker/summary.processor.js';
import { SummaryRecovery } from './worker/summary-recovery.js';

@Module({})
export class SummaryWorkerModule {
  /** @param summary `SummaryModule.register(...)`. */
  static register(summary: DynamicModule): DynamicModule {
    return {
      module: SummaryWorkerModule,
      imports: [summary],
      providers: [SummaryProcessor, SummaryRecovery],
    };
  }
}
