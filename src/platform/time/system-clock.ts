import { Clock } from './clock.port.js';

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
