import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import type { MetricsRegistry } from './metrics-registry.js';

/**
 * What `/metrics` of this process shows: the process's own numbers once, and the registries of every Nest
 * instance in it (four in the all-in-one process, one elsewhere). Made by the composition root and handed to all.
 */
export class MergedMetrics {
  private readonly process = new Registry();
  private readonly instances = new Set<MetricsRegistry>();

  constructor() {
    collectDefaultMetrics({ register: this.process, prefix: 'protostar_' });
  }

  add(registry: MetricsRegistry): MetricsRegistry {
    this.instances.add(registry);
    return registry;
  }

  get contentType(): string {
    return this.process.contentType;
  }

  /** Prometheus text format. The label `instance` keeps the instances apart, so nothing is summed. */
  async text(): Promise<string> {
    const ofInstances = await Promise.all(
      [...this.instances].map(({ registry }) => registry.getMetricsAsJSON()),
    );
    const merged = AggregatorRegistry.aggregate(ofInstances);
    return [await this.process.metrics(), await merged.metrics()].join('\n');
  }
}
