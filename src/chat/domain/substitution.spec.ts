import { lexicalTerms } from '../../platform/text/lexical-terms.js';
import { placedWords, replacesNoun } from './substitution.js';

const replaces = (claim: string, source: string, before = ''): boolean =>
  replacesNoun(
    placedWords(claim, lexicalTerms),
    placedWords(source, lexicalTerms),
    new Set([...before.toLowerCase().split(/\W+/u), ...lexicalTerms(before)]),
  );

describe('replacesNoun', () => {
  it.each([
    ['The ferry in Ulm employs 40 people', 'The crane in Ulm employs 40 people.'],
    ['The crane in Bern employs 40 people', 'The crane in Ulm employs 40 people.'],
    ['The crane consumes 40 litres of diesel', 'The crane consumes 40 litres of water.'],
    ['Refunds take 14 weeks after delivery', 'Refunds take 14 days after delivery.'],
    ['여수 기중기는 40킬로와트를 소비한다', '부산 기중기는 40킬로와트를 소비한다.'],
    ['부산 온실은 40킬로와트를 소비합니다', '부산 기중기는 40킬로와트를 소비한다.'],
    ['첫 번째 원칙은 경제성이다', '첫 번째 원칙은 공통성이다.'],
  ])('"%s" puts another thing into "%s"', (claim, source) => {
    expect(replaces(claim, source)).toBe(true);
  });

  it.each([
    ['The crane uses 40 litres of water', 'The crane consumes 40 litres of water.'],
    ['You can cancel within 14 days and get a refund', 'You can cancel within 14 days and receive a refund.'],
    ['The crane in Ulm employs about 40 people', 'The crane in Ulm employs 40 people.'],
    ['The crane in Ulm employs 40 people', 'Since May the crane in Ulm, the oldest, employs 40 people.'],
    ['Redis는 캐시로 쓰입니다', 'Redis는 캐시로만 사용한다.'],
    ['부산의 기중기는 40킬로와트를 소비하고 있습니다', '부산 기중기는 40킬로와트를 소비한다.'],
    ['', 'The crane in Ulm employs 40 people.'],
  ])('"%s" says in other words "%s"', (claim, source) => {
    expect(replaces(claim, source)).toBe(false);
  });

  it('takes a name for what was called so before, and for nothing else', () => {
    const [claim, source] = ['Acme was founded in Ulm in 1999', 'The company was founded in Ulm in 1999.'];
    expect(replaces(claim, source, 'Acme builds cranes.')).toBe(false);
    expect(replaces(claim, source, 'Globex builds cranes.')).toBe(true);
  });
});
