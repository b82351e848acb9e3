import { ChangeWatch } from './change-watch.js';

describe('ChangeWatch', () => {
  const aWatch = () => new ChangeWatch(() => undefined);
  const long = 60_000;

  it('keeps hints that come while nobody waits, without repeats', async () => {
    const watch = aWatch();
    watch.note('a');
    watch.note('b');
    watch.note('a');
    expect(await watch.next(long)).toEqual({ documentIds: ['a', 'b'], everything: false });
    const next = watch.next(long);
    watch.note('c');
    expect(await next).toEqual({ documentIds: ['c'], everything: false });
  });

  it('takes silence, and a hint that names nothing, for a reason to look at everything', async () => {
    const watch = aWatch();
    expect(await watch.next(1)).toEqual({ documentIds: [], everything: true });
    watch.note(null);
    watch.note('a');
    expect(await watch.next(long)).toEqual({ documentIds: ['a'], everything: true });
  });

  it('ends whoever waits, and whoever comes later, when it is closed', async () => {
    let closed = 0;
    const watch = new ChangeWatch(() => (closed += 1));
    const waiting = watch.next(long);
    watch.close();
    expect([await waiting, await watch.next(long), closed]).toEqual([null, null, 1]);
  });
});
