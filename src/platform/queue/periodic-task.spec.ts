import { SilentLogger } from '../../../test/fakes/silent-logger.js';
import { waitFor } from '../../../test/wait-for.js';
import { PeriodicTask } from './periodic-task.js';

const intervalMs = 200;

/** Blocks the event loop right after a run, past when the next one is due. @returns how long after the stall it runs. */
async function delayAfterStall(skipsAfterStall: boolean): Promise<number> {
  const runs: number[] = [];
  const run = async (): Promise<void> => void runs.push(performance.now());
  const task = new PeriodicTask({ name: 'test', intervalMs, run, skipsAfterStall }, new SilentLogger());
  task.start();
  await waitFor(() => runs.length === 2);
  const stalledUntil = performance.now() + intervalMs + 700;
  while (performance.now() < stalledUntil);
  await waitFor(() => runs.length === 3);
  await task.stop();
  return runs[2]! - stalledUntil;
}

describe('PeriodicTask', () => {
  it('lets an interval pass after a stall when it judges by leases', async () => {
    expect(await delayAfterStall(true)).toBeGreaterThan(intervalMs * 0.9);
  });

  it('runs at once after a stall otherwise', async () => {
    expect(await delayAfterStall(false)).toBeLessThan(intervalMs * 0.9);
  });
});
