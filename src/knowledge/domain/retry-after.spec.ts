import { parseRetryAfter } from './retry-after.js';

const now = new Date('2026-11-24T12:00:00Z');

it.each([
  ['0', 0],
  ['17', 17],
  ['86400', 300],
  ['Tue, 24 Nov 2026 12:01:30 GMT', 90],
  ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
  ['Wed, 25 Nov 2026 12:00:00 GMT', 300],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After %s is %s', (value, expected) => expect(parseRetryAfter(value, now)).toBe(expected));
