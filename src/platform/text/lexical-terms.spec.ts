import { lexicalTerms } from './lexical-terms.js';

const morphemes = (text: string): string[] => lexicalTerms(text).filter((term) => !term.startsWith('~'));

describe('lexicalTerms', () => {
  it.each([
    [
      '계약 기간은 2024년 3월 15일부터 1년으로 한다.',
      ['계약', '기간', '2024', '년', '3', '월', '15', '일', '1', '년'],
    ],
    ['데이터베이스를 조회하였다', ['데이터베이스', '조회']],
    ['NestJS에서 WebSocket을', ['nestj', 'nest', 'js', 'websocket', 'web', 'socket']],
    ['1,234,567원 3.14', ['1234567', '원', '3.14']],
    ['10.0.0.1', ['10.0.0.1', '10', '0', '0', '1']],
    ['snake_case __init__', ['snake_case', 'snake', 'case', 'init']],
    ['process.env.PORT', ['process.env.port', 'process', 'env', 'port']],
    ['HTTPServer', ['httpserver', 'http', 'server']],
    ['state-of-the-art COVID-19', ['state', 'art', 'covid-19', 'covid', '19']],
    ['The runners were running', ['runner', 'run']],
    ["C++ C# Kim's don't café", ['c++', 'c', 'c#', 'c', 'kim', 'dont', 'cafe']],
    ['東京都', ['東', '京', '東京', '都', '京都']],
    ['Привет', ['привет']],
    ['🙂 -- ...', []],
  ])('%s', (text, terms) => {
    expect(morphemes(text)).toEqual(terms);
  });

  it('adds the pairs of syllables of a word without its particles, marked', () => {
    expect(lexicalTerms('데이터를')).toEqual(['데이터', '~데이', '~이터']);
    expect(lexicalTerms('기간은').filter((term) => term.startsWith('~'))).toEqual(['~기간']);
  });

  it('finds a word inside unspaced text', () => {
    const unspaced = lexicalTerms('대한민국헌법제일조대한민국은민주공화국이다대한민국의주권은국민에게있다');
    expect(unspaced).toEqual(expect.arrayContaining(['~헌법', '~주권', '~공화']));
  });
});
