import { seat } from './sittings.js';

const at = (minutes: number): Date => new Date(Date.UTC(2026, 2, 1) + minutes * 60_000);
const sittings = (times: number[]): number[] => seat(undefined, times.map(at)).map(({ sitting }) => sitting);

describe('seat', () => {
  it('begins a sitting after a long pause, whichever way the time goes', () => {
    expect(sittings([0, 5, 50, 111, 120, 0])).toEqual([0, 0, 0, 3, 3, 5]);
  });

  it('cuts one that goes on for ever', () => {
    const all = sittings(Array.from({ length: 70 }, () => 0));
    expect([...new Set(all)]).toEqual([0, 32, 64]);
  });

  it('goes on from the turn before', () => {
    const [first] = seat({ position: 7, sitting: 5, saidAt: at(0) }, [at(3)]);
    expect(first).toEqual({ position: 8, sitting: 5, saidAt: at(3) });
  });
});
