import { languageOf } from './language.js';

describe('languageOf', () => {
  it.each([
    ['계약 기간은 얼마인가요?', 'ko'],
    ['NestJS에서 WebSocket gateway를 만드는 방법', 'ko'],
    ['How long does the contract run?', 'en'],
    ['What does 한글 mean in the English description?', 'en'],
    ['12345 !?', 'en'],
    ['', 'en'],
  ] as const)('%j is %s', (text, language) => {
    expect(languageOf(text)).toBe(language);
  });
});
