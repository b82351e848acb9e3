import { toMatchTsquery, toTsvectorLiteral as literalOf } from './tsvector-literal.js';

const toTsvectorLiteral = (terms: string[]): string => literalOf(terms, 'c1');

const frequencyOf = (literal: string, lexeme: string): number => {
  const entry = literal.split(' ').find((part) => part.startsWith(`'${lexeme}':`));
  return entry ? new Set(entry.split(':')[1]!.split(',')).size : 0;
};

describe('tsvector literals', () => {
  it('gives each term its positions, counted from 1', () => {
    expect(toTsvectorLiteral(['a', 'b', 'a'])).toBe("'\u0001c1' 'a':1,3 'b':2");
    expect(toTsvectorLiteral([])).toBe("'\u0001c1'");
  });

  it('quotes what would end a lexeme', () => {
    expect(toTsvectorLiteral(["it's", 'a\\b'])).toBe("'\u0001c1' 'it''s':1 'a\\\\b':2");
    expect(toMatchTsquery(['c1', 'c2'], ["it's", 'a\\b', '&'])).toBe(
      "('\u0001c1' | '\u0001c2') & ('it''s' | 'a\\\\b' | '&')",
    );
  });

  it('stops a frequency at 255', () => {
    expect(frequencyOf(toTsvectorLiteral(Array.from({ length: 300 }, () => 'a')), 'a')).toBe(255);
  });

  it('keeps frequencies in texts of more terms than PostgreSQL has positions', () => {
    const terms = Array.from({ length: 20_000 }, (_, n) => (n % 10_000 === 9_999 ? 'late' : `t${n}`));
    const literal = toTsvectorLiteral([...terms, 'late']);
    expect(frequencyOf(literal, 'late')).toBe(3);
    expect(literal).not.toMatch(/\b1638[4-9]\b|\b[2-9]\d{4}\b(?!')/);
  });
});
