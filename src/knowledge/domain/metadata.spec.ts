import { assertMetadata, mergePatch, parseMetadata } from './metadata.js';

const fault = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { errors: { path: string }[] }).errors[0]?.path;
  }
};

describe('metadata', () => {
  it('takes any JSON object as it is', () => {
    expect(parseMetadata('{"a":[1,null,{"b":"가"}],"":true}')).toEqual({
      a: [1, null, { b: '가' }],
      '': true,
    });
  });

  it.each([
    ['', '/metadata'],
    ['null', '/metadata'],
    ['[]', '/metadata'],
    ['"x"', '/metadata'],
    ['{"a":"x\\u0000"}', '/metadata/a'],
    ['{"a":["ok","\\udc00"]}', '/metadata/a/1'],
    ['{"a/b~":{"\\u0000":1}}', '/metadata/a~1b~0/\0'],
    ['{"a":{"__proto__":1}}', '/metadata/a'],
    [JSON.stringify({ a: 'x'.repeat(70_000) }), '/metadata'],
  ])('refuses %.40s at %j', (text, path) => {
    expect(fault(() => parseMetadata(text))).toBe(path);
  });

  it('nests 16 levels deep and no deeper', () => {
    const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    expect(fault(() => assertMetadata(nested(16)))).toBeUndefined();
    expect(fault(() => assertMetadata(nested(17)))).toBe(`/metadata${'/a'.repeat(16)}`);
  });
});

describe('mergePatch', () => {
  // The examples of RFC 7396, appendix A, that have objects at the top.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j and %j is %j', (target, patch, expected) => {
    expect(mergePatch(target, patch)).toEqual(expected);
  });

  it('of null clears', () => {
    expect(mergePatch({ a: 1 }, null)).toEqual({});
  });
});
