import { excessOf, isLimited } from './owner-quota.js';

const usage = (documents: number, sizeBytes: number) => ({ documents, sizeBytes });

describe('excessOf', () => {
  it('lets the last free place and the last free byte be taken, and nothing after', () => {
    expect(excessOf(usage(9, 90), usage(10, 100), usage(10, 100))).toBeUndefined();
    expect(excessOf(usage(10, 90), usage(11, 95), usage(10, 100))).toEqual({
      what: 'documents',
      limit: 10,
      used: 10,
      added: 1,
    });
    expect(excessOf(usage(9, 90), usage(10, 101), usage(10, 100))).toEqual({
      what: 'sizeBytes',
      limit: 100,
      used: 90,
      added: 11,
    });
  });

  it('knows no limit of 0', () => {
    expect(excessOf(usage(0, 0), usage(1_000, 1_000), usage(0, 0))).toBeUndefined();
    expect([isLimited(usage(0, 0)), isLimited(usage(1, 0)), isLimited(usage(0, 1))]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('leaves alone who was past a lowered limit and adds nothing to it', () => {
    expect(excessOf(usage(15, 90), usage(15, 95), usage(10, 100))).toBeUndefined();
    expect(excessOf(usage(15, 90), usage(14, 80), usage(10, 50))).toBeUndefined();
  });
});
