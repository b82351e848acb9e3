import { FaultsConfig } from '../platform/config/faults.config.js';
import { loadConfiguration } from '../platform/config/load-configuration.js';
import { armCrashPoint, crashPoint } from './crash-point.js';

/** Stands in for the kill, which the test process would not survive. */
const kills: unknown[] = [];
const original = Object.getOwnPropertyDescriptor(process, 'kill')!;
const stand = (pid: number, signal: string): boolean => kills.push({ pid, signal }) > 0;

beforeAll(() => Object.defineProperty(process, 'kill', { ...original, value: stand }));
beforeEach(() => kills.splice(0));
afterAll(() => Object.defineProperty(process, 'kill', original));

describe('a crash point', () => {
  it('is passed when nothing is armed', () => {
    crashPoint('chat.after-claim');
    expect(kills).toEqual([]);
  });

  it('kills the process when it is the armed one', () => {
    armCrashPoint('chat.mid-stream');
    crashPoint('chat.after-claim');
    expect(kills).toEqual([]);
    crashPoint('chat.mid-stream');
    expect(kills).toEqual([{ pid: process.pid, signal: 'SIGKILL' }]);
  });

  it('kills it the nth time', () => {
    armCrashPoint('chat.mid-stream:3');
    crashPoint('chat.mid-stream');
    crashPoint('chat.mid-stream');
    expect(kills).toEqual([]);
    crashPoint('chat.mid-stream');
    expect(kills).toHaveLength(1);
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
