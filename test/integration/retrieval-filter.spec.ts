import fc from 'fast-check';
import type { FilterValue, MetadataFilter } from '../../src/knowledge/domain/metadata-filter.js';
import { toSqlCondition } from '../../src/knowledge/infrastructure/metadata-filter-sql.js';
import { newId } from '../../src/shared/ids.js';
import { addCollection } from '../builders/knowledge-rows.js';
import { openTestDatabase, type TestDatabase } from './database.js';

type Metadata = Record<string, unknown>;

const hostile = [
  "'; DROP TABLE document; --",
  '"',
  "'",
  '\\',
  '$1',
  '{"a":1}',
  '__proto__',
  '한 글',
  '%',
  'a.b',
];
const keys = fc.constantFrom('a', 'b', 'year', ...hostile);
const scalars: fc.Arbitrary<FilterValue> = fc.oneof(
  fc.constantFrom<FilterValue>(
    '1',
    1,
    1.5,
    -2,
    1e21,
    true,
    false,
    '',
    'A',
    'a',
    'é',
    '2024-05-01',
    ...hostile,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
);
const others = fc.constantFrom<unknown>(null, ['a'], [1], { a: 1 }, []);
const metadata = fc
  .array(fc.tuple(keys, fc.oneof(scalars, others)), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries) as Metadata);
const filters = fc.letrec<{ any: MetadataFilter; leaf: MetadataFilter }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ type: fc.constantFrom('eq', 'ne'), key: keys, value: scalars }),
    fc.record({
      type: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
      key: keys,
      value: scalars.filter((value) => typeof value !== 'boolean'),
    }),
    fc.record({
      type: fc.constantFrom('in', 'nin'),
      key: keys,
      value: fc.array(scalars, { minLength: 1, maxLength: 3 }),
    }),
  ) as fc.Arbitrary<MetadataFilter>,
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({
      type: fc.constantFrom('and', 'or'),
      filters: fc.array(tie('any'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('not'), filter: tie('any') }),
  ) as fc.Arbitrary<MetadataFilter>,
})).any;

/** The grammar's meaning, once more and without SQL. */
function matches(of: Metadata, filter: MetadataFilter): boolean {
  switch (filter.type) {
    case 'and':
      return filter.filters.every((part) => matches(of, part));
    case 'or':
      return filter.filters.some((part) => matches(of, part));
    case 'not':
      return !matches(of, filter.filter);
    case 'eq':
      return valueOf(of, filter.key) === filter.value;
    case 'ne':
      return valueOf(of, filter.key) !== filter.value;
    case 'in':
      return filter.value.some((value) => valueOf(of, filter.key) === value);
    case 'nin':
      return filter.value.every((value) => valueOf(of, filter.key) !== value);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compares(valueOf(of, filter.key), filter.type, filter.value);
  }
}

const valueOf = (of: Metadata, key: string): unknown => (Object.hasOwn(of, key) ? of[key] : undefined);

function compares(actual: unknown, operator: 'gt' | 'gte' | 'lt' | 'lte', expected: FilterValue): boolean {
  if (typeof actual !== typeof expected) return false;
  const order =
    typeof actual === 'string'
      ? Buffer.compare(Buffer.from(actual), Buffer.from(expected as string))
      : Math.sign((actual as number) - (expected as number));
  return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[operator];
}

describe('metadata filters in SQL', () => {
  let db: TestDatabase;
  const ownerId = newId();
  let collectionId: string;

  beforeAll(async () => {
    db = await openTestDatabase();
    collectionId = await addCollection(db.database, ownerId);
  });
  afterAll(() => db.close());

  async function insert(all: Metadata[]): Promise<string[]> {
    const ids = all.map(() => newId());
    await db.database.execute(
      `INSERT INTO document (id, owner_id, collection_id, title, version, metadata)
       SELECT id, $1::uuid, $2::uuid, '', 1, metadata::jsonb FROM unnest($3::uuid[], $4::text[]) AS t (id, metadata)`,
      [ownerId, collectionId, ids, all.map((one) => JSON.stringify(one))],
    );
    return ids;
  }

  async function select(filter: MetadataFilter, ids: string[]): Promise<Set<string>> {
    const condition = toSqlCondition(filter, 2);
    const rows = await db.database.query<{ id: string }>(
      `SELECT id FROM document WHERE id = ANY ($1::uuid[]) AND ${condition.text}`,
      [ids, ...condition.parameters],
    );
    return new Set(rows.map(({ id }) => id));
  }

  it('select what the grammar means, whatever the keys, values and nesting', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(metadata, { minLength: 1, maxLength: 8 }), filters, async (all, filter) => {
        const ids = await insert(all);
        const expected = ids.filter((_, position) => matches(all[position]!, filter));
        expect(await select(filter, ids)).toEqual(new Set(expected));
      }),
      { numRuns: 150 },
    );
  });

  it.each<[string, MetadataFilter, boolean]>([
    ['eq is false', { type: 'eq', key: 'absent', value: 'x' }, false],
    ['gt is false', { type: 'gt', key: 'absent', value: 0 }, false],
    ['in is false', { type: 'in', key: 'absent', value: ['x'] }, false],
    ['ne is true', { type: 'ne', key: 'absent', value: 'x' }, true],
    ['nin is true', { type: 'nin', key: 'absent', value: ['x'] }, true],
    ['not gt is true', { type: 'not', filter: { type: 'gt', key: 'absent', value: 0 } }, true],
  ])('without the key, %s', async (_, filter, expected) => {
    const [id] = await insert([{ other: 1 }]);
    expect((await select(filter, [id!])).has(id!)).toBe(expected);
  });

  it('carry keys and values as parameters only', () => {
    const condition = toSqlCondition({ type: 'gt', key: hostile[0]!, value: hostile[0]! }, 5);
    expect(condition.text).not.toContain('DROP');
    expect(condition.parameters).toEqual([hostile[0], hostile[0]]);
    expect(condition.text).toContain('$5');
  });
});
