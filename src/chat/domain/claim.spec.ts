import { claimBefore } from './claim.js';

describe('claimBefore', () => {
  it.each([
    ['One thing. Another is 5', 'Another is 5'],
    ['첫 문장입니다. 둘째 문장은 5개입니다.', '둘째 문장은 5개입니다.'],
    ['Heading\n\n- **Price**: 5 won\n', 'Price : 5 won'],
    ['1. The first of all', 'The first of all'],
    ['| name | 5 |', 'name 5'],
    ['see [the page](http://x.test/1) now', 'see the page now'],
    ['call `my_function` first', 'call my_function first'],
    ['', ''],
  ])('of %j is %j', (text, claim) => {
    expect(claimBefore(text, -1)).toBe(claim);
  });

  it('is what follows the mark before in the same sentence', () => {
    const text = 'A is 5 and B is 7';
    expect(claimBefore(text, 'A is 5'.length)).toBe('and B is 7');
    expect(claimBefore(`${text} too`, text.length)).toBe(`${text} too`);
  });
});
