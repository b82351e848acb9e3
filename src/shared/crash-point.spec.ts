import { FaultsConfig } from '../platform/config/faults.config.js';
import { loadConfiguration } from '../platform/config/load-configuration.js';
import { armCrashPoint, crashPoint } from './crash-point.js';

/** Stands in for the kill, which the test process would not survive. */
class Killed extends Error {}

const passes = (...points: Parameters<typeof crashPoint>[0][]): number => {
  let passed = 0;
  try {
    for (const point of points) {
      crashPoint(point);
      passed++;
    }
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  return passed;
};

describe('a crash point', () => {
  const { kill } = process;
  beforeAll(() => {
    process.kill = (pid, signal) => {
      expect({ pid, signal }).toEqual({ pid: process.pid, signal: 'SIGKILL' });
      throw new Killed();
    };
  });
  afterAll(() => {
    process.kill = kill;
  });

  it('is passed when nothing is armed', () => {
    expect(passes('chat.after-claim', 'chat.mid-stream')).toBe(2);
  });

  it('kills the process when it is the armed one', () => {
    armCrashPoint('chat.mid-stream');
    expect(passes('chat.after-claim', 'chat.mid-stream', 'chat.before-commit')).toBe(1);
  });

  it('kills it the nth time', () => {
    armCrashPoint('chat.mid-stream:3');
    expect(passes('chat.mid-stream', 'chat.mid-stream', 'chat.mid-stream')).toBe(2);
  });
});

describe('CRASH_POINT', () => {
  const load = (value: string): string | undefined =>
    loadConfiguration([FaultsConfig], { CRASH_POINT: value }, '/nonexistent/.env').get(FaultsConfig)
      .crashPoint;

  it.each(['chat.after-claim', 'knowledge.mid-embedding:12'])('may be %s', (value) => {
    expect(load(value)).toBe(value);
  });

  it.each(['chat.after-lunch', 'chat.after-claim:0', 'chat.after-claim:', 'chatXafter-claim'])(
    'is refused as %s',
    (value) => {
      expect(() => load(value)).toThrow(/CRASH_POINT .* must be one of api\.before-object/);
    },
  );
});
