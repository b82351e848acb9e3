import { lexicalTerms } from '../../platform/text/lexical-terms.js';
import { repeatedPassages } from './near-duplicates.js';

const repeats = (question: string, ...passages: string[]): (number | null)[] =>
  repeatedPassages(lexicalTerms(question), passages.map(lexicalTerms));

const policy =
  'Employees who travel abroad ask their manager first. The form is kept at the front desk. Costs are paid back ' +
  'within 14 days after the receipts were handed in, and receipts in another language need a short translation.';
const rules =
  '해외 출장은 팀장에게 먼저 알린다. 신청서는 안내대에 있다. 비용은 영수증을 낸 뒤 14일 안에 지급한다.';

describe('repeatedPassages', () => {
  it('finds the same text under another name, whatever its line breaks and case', () => {
    const other = policy.replaceAll('. ', '.\n\n').toUpperCase().replace('FRONT DESK', 'front desk');
    expect(repeats('travel costs', 'Something else about cranes.', policy, other)).toEqual([null, null, 1]);
    expect(repeats('출장 비용', rules, `${rules}\n`)).toEqual([null, 0]);
  });

  it('finds what two better passages hold together, and keeps what goes on', () => {
    const half = Math.floor(policy.length / 2);
    expect(repeats('travel', policy.slice(0, half + 40), policy.slice(half - 40), policy)).toEqual([
      null,
      null,
      0,
    ]);
    expect(repeats('travel', policy.slice(0, half), policy)).toEqual([null, null]);
  });

  it('keeps what differs in a number or in what is asked for', () => {
    expect(repeats('travel', policy, policy.replace('14', '30'))).toEqual([null, null]);
    const inParis = `${policy} The desk in Paris is open.`;
    const inOslo = `${policy} The desk in Oslo is open.`;
    expect(repeats('travel', inParis, inOslo)).toEqual([null, 0]);
    expect(repeats('Oslo desk', inParis, inOslo)).toEqual([null, null]);
  });

  it('does not judge by a few words', () => {
    expect(repeats('x', 'See page below.', 'See page below.')).toEqual([null, null]);
  });
});
