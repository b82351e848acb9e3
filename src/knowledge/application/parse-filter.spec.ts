import fc from 'fast-check';
import { AppError, type FieldError } from '../../shared/app-error.js';
import { parseFilter } from './parse-filter.js';

const eq = { type: 'eq', key: 'a', value: 1 };

function faultsOf(filter: unknown): FieldError[] {
  try {
    parseFilter(filter);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error).toMatchObject({ code: 'request.invalid', kind: 'invalid' });
    return error.errors ?? [];
  }
  return [];
}
const pathsOf = (filter: unknown): string[] => faultsOf(filter).map(({ path }) => path);

const nested = (levels: number): unknown => (levels === 1 ? eq : { type: 'not', filter: nested(levels - 1) });

describe('parseFilter', () => {
  it('reads every form of the grammar as it stands', () => {
    const filter = {
      type: 'and',
      filters: [
        { type: 'or', filters: [eq, { type: 'ne', key: 'b', value: 'x' }] },
        { type: 'not', filter: { type: 'in', key: 'c', value: ['x', 2, true] } },
        { type: 'nin', key: 'd', value: [false] },
        ...['gt', 'gte', 'lt', 'lte'].map((type) => ({ type, key: 'year', value: '2024-01-01' })),
      ],
    };
    expect(parseFilter(filter)).toEqual(filter);
  });

  it.each([
    [null, '/filter'],
    [[], '/filter'],
    ['eq', '/filter'],
    [{}, '/filter/type'],
    [{ type: 'like', key: 'a', value: 'b' }, '/filter/type'],
    [{ type: 'toString', key: 'a', value: 'b' }, '/filter/type'],
    [{ type: 'eq', value: 1 }, '/filter/key'],
    [{ type: 'eq', key: '', value: 1 }, '/filter/key'],
    [{ type: 'eq', key: 'a'.repeat(257), value: 1 }, '/filter/key'],
    [{ type: 'eq', key: 'a\0', value: 1 }, '/filter/key'],
    [{ type: 'eq', key: 'a' }, '/filter/value'],
    [{ type: 'eq', key: 'a', value: null }, '/filter/value'],
    [{ type: 'eq', key: 'a', value: [1] }, '/filter/value'],
    [{ type: 'eq', key: 'a', value: { $ne: 1 } }, '/filter/value'],
    [{ type: 'eq', key: 'a', value: Number.POSITIVE_INFINITY }, '/filter/value'],
    [{ type: 'eq', key: 'a', value: '\ud800' }, '/filter/value'],
    [{ type: 'eq', key: 'a', value: 'x'.repeat(1025) }, '/filter/value'],
    [{ type: 'gt', key: 'a', value: true }, '/filter/value'],
    [{ type: 'in', key: 'a', value: 1 }, '/filter/value'],
    [{ type: 'in', key: 'a', value: [] }, '/filter/value'],
    [{ type: 'nin', key: 'a', value: [1, null] }, '/filter/value/1'],
    [{ type: 'in', key: 'a', value: Array.from({ length: 201 }, () => 1) }, '/filter/value'],
    [{ type: 'and', filters: [] }, '/filter/filters'],
    [{ type: 'or', filters: [eq, { type: 'and', filters: [1] }] }, '/filter/filters/1/filters/0'],
    [{ type: 'not', filter: [eq] }, '/filter/filter'],
    [{ type: 'not', filters: [eq] }, '/filter/filters'],
    [{ ...eq, 'a/b~': 1 }, '/filter/a~1b~0'],
  ])('names the fault of %j', (filter, path) => {
    expect(pathsOf(filter)).toContain(path);
  });

  it('takes 8 levels and 100 conditions, and no more', () => {
    expect(pathsOf(nested(8))).toEqual([]);
    expect(pathsOf(nested(9))).toHaveLength(1);
    const wide = (count: number): unknown => ({
      type: 'or',
      filters: Array.from({ length: count }, () => eq),
    });
    expect(pathsOf(wide(99))).toEqual([]);
    expect(pathsOf(wide(100))).toHaveLength(1);
    expect(pathsOf({ type: 'and', filters: [wide(60), wide(60)] })).toHaveLength(1);
  });

  it('answers any JSON with a filter or with faults, and does not overflow on depth', () => {
    expect(pathsOf(nested(5_000))).toHaveLength(1);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const paths = pathsOf(value);
        for (const path of paths) expect(path).toMatch(/^\/filter/);
      }),
    );
  });
});
