import { isElliptical, questionsMeant } from './follow-up.js';

describe('isElliptical', () => {
  it.each([
    'And on Windows?',
    'What about macOS?',
    'On Windows?',
    'How much does it cost?',
    'How do I install it?',
    'When did he die?',
    '그럼 윈도우에서는?',
    '윈도우는요?',
    '가격은?',
    '그건 얼마입니까?',
    '그럼 백업은 얼마나 보존됩니까?',
    '거기 상담 창구는 언제 열립니까?',
  ])('"%s" leaves out what it is about', (question) => {
    expect(isElliptical(question)).toBe(true);
  });

  it.each([
    'How do I install Kestrel on Windows?',
    'annual leave',
    'What is Protostar?',
    'What did Luther call the church when he left it?',
    'Is it possible to predict the shape of a shroud?',
    'In which year was the treaty signed?',
    '그룹웨어 설치는 어떻게 합니까?',
    '금강산의 높이는?',
    '연차 휴가는 며칠인가요?',
    '임종석이 여의도 농민 폭력 시위를 주도한 혐의로 지명수배 된 날은?',
    '',
    '?',
  ])('"%s" stands by itself', (question) => {
    expect(isElliptical(question)).toBe(false);
  });
});

describe('questionsMeant', () => {
  it('goes back to the last question that stands by itself, and not for ever', () => {
    const install = 'How do I install Kestrel on Linux?';
    expect(questionsMeant(['Who are you?', install, 'And on Windows?'])).toEqual([
      'And on Windows?',
      install,
    ]);
    expect(questionsMeant([install, 'What is the price of Bluefin?'])).toEqual([
      'What is the price of Bluefin?',
    ]);
    expect(questionsMeant([install, ...Array<string>(9).fill('And it?')])).toHaveLength(4);
    expect(questionsMeant([])).toEqual([]);
  });
});
