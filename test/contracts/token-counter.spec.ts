import { O200kTokenCounter } from '../../src/platform/models/o200k-token-counter.js';
import { tokenCounterContract } from './token-counter.contract.js';

describe('O200kTokenCounter', () => {
  tokenCounterContract(() => new O200kTokenCounter());

  it.each([
    ['hello world', 2],
    ['서울은 대한민국의 수도이다.', 7],
  ])('counts %j as the model would', (text, tokens) => {
    expect(new O200kTokenCounter().count(text)).toBe(tokens);
  });
});
