import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import { MetricsRegistry } from '../../platform/health/metrics-registry.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { Embedder } from '../../platform/models/embedder.port.js';
import { PeriodicTask } from '../../platform/queue/periodic-task.js';
import { VectorIndexes } from '../application/vector-indexes.port.js';

/** Has the approximate indexes kept up with the vectors, at the start of the worker and from then on. */
@Injectable()
export class VectorIndexUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly shutdown = new AbortController();
  private readonly task: PeriodicTask;
  private readonly vectors;

  constructor(
    private readonly indexes: VectorIndexes,
    private readonly embedder: Embedder,
    config: KnowledgeConfig,
    metrics: MetricsRegistry,
    logger: Logger,
  ) {
    this.vectors = metrics.gauge({
      name: 'vectors',
      help: 'Vectors of the embedding model, in approximate indexes (indexed) or not yet (scanned), when this worker last looked.',
      labelNames: ['state'],
    });
    this.task = new PeriodicTask(
      { name: 'knowledge.vector-indexes', intervalMs: config.vectorIndexIntervalMs, run: () => this.keep() },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.shutdown.abort();
    await this.task.stop();
  }

  private async keep(): Promise<void> {
    const { model, dimensions } = this.embedder;
    const state = await this.indexes.keep({ model, dimensions }, this.shutdown.signal);
    if (!state) return;
    this.vectors.set({ state: 'indexed' }, state.indexed);
    this.vectors.set({ state: 'scanned' }, state.scanned);
  }
}
