import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MetadataConfig } from '../../platform/config/metadata.config.js';
import { MetricsRegistry } from '../../platform/health/metrics-registry.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { ChatModel } from '../../platform/models/chat-model.port.js';
import { PeriodicTask } from '../../platform/queue/periodic-task.js';
import { GenerateMetadata, type MetadataStep } from '../application/generate-metadata.service.js';
import { restAfter } from '../domain/metadata-policy.js';

const lookEveryMs = 1_000;

/**
 * Has metadata generated while something is due. Not through a queue, as with webhooks: the rows say what is due and
 * when, documents of years before the setting was turned on included.
 */
@Injectable()
export class MetadataGenerator implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly shutdown = new AbortController();
  private readonly runs = new Set<Promise<void>>();
  private readonly task: PeriodicTask;
  private readonly outcomes;
  /** Of the model's server, in a row. */
  private failures = 0;
  private restsUntil = 0;

  constructor(
    private readonly service: GenerateMetadata,
    private readonly model: ChatModel,
    private readonly config: MetadataConfig,
    private readonly logger: Logger,
    metrics: MetricsRegistry,
  ) {
    const run = async (): Promise<void> => this.wake();
    this.task = new PeriodicTask({ name: 'metadata.look', intervalMs: lookEveryMs, run }, logger);
    this.outcomes = metrics.counter({
      name: 'metadata_generated_total',
      help: 'Attempts to have metadata of documents written by the language model, by outcome.',
      labelNames: ['outcome'],
    });
  }

  onApplicationBootstrap(): void {
    if (!this.config.enabled) return;
    if (this.model.generative) this.task.start();
    else this.logger.warn('metadata.not-generated', { reason: 'GENERATE_METADATA is on without CHAT_MODEL' });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.shutdown.abort(new Error('The process is shutting down.'));
    await this.task.stop();
    await Promise.all(this.runs);
  }

  /** One more at a time, up to the bound: each that finds something calls the next. */
  private wake(): void {
    if (!this.mayGoOn || this.runs.size >= this.config.concurrency) return;
    const run = this.generateAll().finally(() => this.runs.delete(run));
    this.runs.add(run);
  }

  private get mayGoOn(): boolean {
    return !this.shutdown.signal.aborted && performance.now() >= this.restsUntil;
  }

  private async generateAll(): Promise<void> {
    try {
      while (this.mayGoOn) {
        const step = await this.service.generateNext(this.shutdown.signal, () => this.wake());
        if (!step) return;
        this.note(step);
      }
    } catch (error) {
      this.logger.error('metadata.failed', { error });
    }
  }

  private note({ outcome, failure }: MetadataStep): void {
    this.outcomes.inc({ outcome });
    if (failure === 'model-unavailable') {
      this.failures++;
      this.restsUntil = performance.now() + restAfter(this.failures);
    } else if (outcome === 'written' || failure === 'unusable-answer') {
      this.failures = 0;
    }
  }
}
