import { asksForTime, tellsTime, timeRangeOf } from './time-expressions.js';

/** A Wednesday. */
const now = new Date('2026-03-18T10:00:00Z');
const rangeOf = (question: string): [string, string] | null => {
  const range = timeRangeOf(question, now);
  return range && [range.from.toISOString().slice(0, 10), range.to.toISOString().slice(0, 10)];
};

describe('timeRangeOf', () => {
  it.each([
    ['What did we decide last Tuesday?', '2026-03-17', '2026-03-18'],
    ['지난 화요일에 뭐라고 했지?', '2026-03-17', '2026-03-18'],
    ['last Wednesday', '2026-03-11', '2026-03-12'],
    ['what about yesterday', '2026-03-17', '2026-03-18'],
    ['어제 말한 식당', '2026-03-17', '2026-03-18'],
    ['last week', '2026-03-09', '2026-03-16'],
    ['지난주 회의', '2026-03-09', '2026-03-16'],
    ['last weekend', '2026-03-14', '2026-03-16'],
    ['지난달 예산', '2026-02-01', '2026-03-01'],
    ['작년 여름휴가', '2025-01-01', '2026-01-01'],
    ['in May 2023', '2023-05-01', '2023-06-01'],
    ['on 7 May 2023', '2023-05-07', '2023-05-08'],
    ['on May 7th, 2023', '2023-05-07', '2023-05-08'],
    ['2025년 11월 3일에', '2025-11-03', '2025-11-04'],
    ['11월에 산 것', '2025-11-01', '2025-12-01'],
    ['in February', '2026-02-01', '2026-03-01'],
    ['three days ago', '2026-03-15', '2026-03-16'],
    ['2주 전에', '2026-03-01', '2026-03-08'],
    ['3년 전', '2023-01-01', '2024-01-01'],
    ['2024-02-30', '2024-03-01', '2024-03-02'],
  ])('reads %j', (question, from, to) => {
    expect(rangeOf(question)).toEqual([from, to]);
  });

  it.each(['May I ask you something?', 'What is her name?', '그 사람 이름이 뭐야?', 'I have 12 of them'])(
    'finds none in %j',
    (question) => expect(rangeOf(question)).toBeNull(),
  );
});

describe('asksForTime and tellsTime', () => {
  it.each(['When did she move?', 'How long did it take?', '언제 이사했어?', '몇 월이었지?'])(
    'asks: %s',
    (question) => expect(asksForTime(question)).toBe(true),
  );
  it.each(['Who moved?', '누가 이사했어?'])('does not ask: %s', (question) =>
    expect(asksForTime(question)).toBe(false),
  );
  it.each([
    'I ran it last Saturday',
    'two weeks ago',
    'in May',
    '어제 다녀왔어',
    '3월에 시작해',
    'since 2016',
  ])('tells: %s', (text) => expect(tellsTime(text)).toBe(true));
  it.each(['I may go', 'Sounds great!', '정말 좋네요'])('does not tell: %s', (text) =>
    expect(tellsTime(text)).toBe(false),
  );
});
