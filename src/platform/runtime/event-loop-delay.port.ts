/** How much more this process has to do than it can, seen by how late its timers are. */
export abstract class EventLoopDelay {
  /** Median of the last half second, in milliseconds: one long task is no overload. */
  abstract readonly currentMs: number;
}
