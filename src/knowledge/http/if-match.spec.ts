import { expectedRevision, revisionTag } from './if-match.js';

describe('expectedRevision', () => {
  it.each([
    [undefined, undefined],
    ['*', undefined],
    ['"3"', [3]],
    ['"3", "4"', [3, 4]],
    ['W/"3"', []],
    ['3', []],
    ['"other"', []],
    ['', []],
  ])('reads %j as %j', (header, expected) => {
    expect(expectedRevision(header)).toEqual(expected);
  });

  it('reads what was sent', () => {
    expect(expectedRevision(revisionTag(12))).toEqual([12]);
  });
});
