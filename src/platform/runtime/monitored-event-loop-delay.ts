import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventLoopDelay } from './event-loop-delay.port.js';

const intervalMs = 500;

@Injectable()
export class MonitoredEventLoopDelay
  extends EventLoopDelay
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  currentMs = 0;
  private histogram: IntervalHistogram | undefined;
  private timer: NodeJS.Timeout | undefined;

  onApplicationBootstrap(): void {
    const histogram = monitorEventLoopDelay({ resolution: 20 });
    histogram.enable();
    this.histogram = histogram;
    this.timer = setInterval(() => {
      this.currentMs = histogram.percentile(50) / 1e6;
      histogram.reset();
    }, intervalMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.histogram?.disable();
  }
}
