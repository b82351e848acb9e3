import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

interface MetricDescription {
  /** Without the prefix `protostar_`. */
  name: string;
  help: string;
  labelNames?: string[];
}

const prefix = 'protostar_';

/** The metrics of one Nest instance. Asking again for a name answers with the metric that is there. */
@Injectable()
export class MetricsRegistry {
  /** @param instance label of every sample: `api`, `chat-worker`, ... */
  constructor(readonly instance: string) {
    this.registry.setDefaultLabels({ instance });
  }

  readonly registry: Registry = new Registry();

  counter(description: MetricDescription): Counter {
    return this.known<Counter>(description) ?? new Counter(this.options(description));
  }

  gauge(description: MetricDescription & { collect?: () => Promise<void> | void }): Gauge {
    return this.known<Gauge>(description) ?? new Gauge(this.options(description));
  }

  histogram(description: MetricDescription & { buckets: number[] }): Histogram {
    return this.known<Histogram>(description) ?? new Histogram(this.options(description));
  }

  private known<T>({ name }: MetricDescription): T | undefined {
    return this.registry.getSingleMetric(prefix + name) as T | undefined;
  }

  private options<T extends MetricDescription>(description: T): T & { registers: Registry[] } {
    return { ...description, name: prefix + description.name, registers: [this.registry] };
  }
}
