/** From `from` up to, but not including, `to`. */
export interface TimeRange {
  from: Date;
  to: Date;
}

const monthNames =
  'january february march april may june july august september october november december'.split(' ');
const months =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const weekdayNames = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const koreanWeekdays = '일월화수목금토';

const told = new RegExp(
  [
    String.raw`\b(?:yesterday|today|tonight|tomorrow|recently|(?:last|next|this|past)\s(?:night|week(?:end)?|month|year|summer|winter|spring|fall|autumn|${weekdayNames.join('|')})`,
    String.raw`(?:\d{1,3}|a|an|one|two|three|few|couple)\s(?:of\s)?(?:days?|weeks?|months?|years?)|ago|since|${weekdayNames.join('|')})\b`,
    String.raw`\b(?:${months})\.?\s\d|\b\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?(?:${months})\b|\b(?:in|on|since|until|by)\s(?:${months})\b|\b(?:19|20)\d{2}\b|\b\d{1,2}:\d{2}\b`,
    '어제|그제|그저께|오늘|내일|모레|방금|최근|아까|(?:지난|저번|이번|다음)\\s?(?:주|달|해|번|학기|여름|겨울|봄|가을)|작년|재작년|올해|내년|[일월화수목금토]요일|\\d{1,4}\\s?(?:년|월|일|시|주|개월|달)|며칠|(?:한|두|세)\\s?(?:달|주)',
  ].join('|'),
  'iu',
);

/** Whether a text says when something was, is or will be, in English or Korean. */
export const tellsTime = (text: string): boolean => told.test(text);

const asked =
  /\bwhen\b|\bwhat (?:year|month|date|day|time)\b|\bwhich (?:year|month|date|day)\b|\bhow long\b|\bhow (?:many|much) (?:years?|months?|weeks?|days?|time)\b|언제|며칠|몇\s?(?:년|월|일|시|주|달|개월|요일)|무슨\s?요일|얼마나\s?(?:오래|걸)/iu;

/** Whether a question asks for a time. */
export const asksForTime = (question: string): boolean => asked.test(question);

const day = 24 * 60 * 60 * 1_000;
const utc = (year: number, month: number, date: number): Date => new Date(Date.UTC(year, month, date));
const midnight = (at: Date): Date => utc(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
const daysFrom = (at: Date, from: number, to: number): TimeRange => {
  const start = midnight(at).getTime();
  return { from: new Date(start + from * day), to: new Date(start + to * day) };
};
/** Days since Monday, when weeks begin. */
const intoWeek = (at: Date): number => (at.getUTCDay() + 6) % 7;

const monthRange = (year: number, month: number): TimeRange => ({
  from: utc(year, month, 1),
  to: utc(year, month + 1, 1),
});
const yearRange = (year: number): TimeRange => ({ from: utc(year, 0, 1), to: utc(year + 1, 0, 1) });

/** The last day of that name before `now`. */
const lastWeekday = (now: Date, weekday: number): TimeRange => {
  const back = (now.getUTCDay() - weekday + 7) % 7 || 7;
  return daysFrom(now, -back, 1 - back);
};

/** Of a month without a year: the latest that has begun. */
const latestMonth = (now: Date, month: number): number =>
  month <= now.getUTCMonth() ? now.getUTCFullYear() : now.getUTCFullYear() - 1;

const monthOf = (name: string): number =>
  monthNames.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3)));

type Reading = [pattern: RegExp, range: (match: RegExpExecArray, now: Date) => TimeRange];

const dayRange = (year: number, month: number, date: number): TimeRange =>
  daysFrom(utc(year, month, date), 0, 1);
const within = (unit: string, count: number, now: Date): TimeRange => {
  if (/^(?:year|년|해)/i.test(unit)) return yearRange(now.getUTCFullYear() - count);
  if (/^(?:month|달|개월)/i.test(unit)) return monthRange(now.getUTCFullYear(), now.getUTCMonth() - count);
  const length = /^(?:week|주)/i.test(unit) ? 7 : 1;
  const slack = length === 7 ? 3 : 0;
  return daysFrom(now, -count * length - slack, -count * length + 1 + slack);
};

/** The most exact first; the first that matches counts. */
const readings: Reading[] = [
  [/\b(\d{4})-(\d{1,2})-(\d{1,2})\b/, ([, y, m, d]) => dayRange(Number(y), Number(m) - 1, Number(d))],
  [/(\d{4})년\s?(\d{1,2})월\s?(\d{1,2})일/, ([, y, m, d]) => dayRange(Number(y), Number(m) - 1, Number(d))],
  [/(\d{4})년\s?(\d{1,2})월/, ([, y, m]) => monthRange(Number(y), Number(m) - 1)],
  [
    /(?<!\d)(\d{1,2})월\s?(\d{1,2})일/,
    ([, m, d], now) => dayRange(latestMonth(now, Number(m) - 1), Number(m) - 1, Number(d)),
  ],
  [
    new RegExp(String.raw`\b(\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?(${months})\b(?:,?\s(\d{4}))?`, 'i'),
    ([, d, m, y], now) => dayRange(y ? Number(y) : latestMonth(now, monthOf(m!)), monthOf(m!), Number(d)),
  ],
  [
    new RegExp(String.raw`\b(${months})\.?\s(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s(\d{4}))?`, 'i'),
    ([, m, d, y], now) => dayRange(y ? Number(y) : latestMonth(now, monthOf(m!)), monthOf(m!), Number(d)),
  ],
  [
    new RegExp(String.raw`\b(${months})\.?,?\s(?:of\s)?(\d{4})\b`, 'i'),
    ([, m, y]) => monthRange(Number(y), monthOf(m!)),
  ],
  [/\bday before yesterday\b|그저께|그제/i, (_, now) => daysFrom(now, -2, -1)],
  [/\byesterday\b|\blast night\b|어제/i, (_, now) => daysFrom(now, -1, 0)],
  [/\b(?:earlier )?today\b|\btonight\b|오늘|아까/i, (_, now) => daysFrom(now, 0, 1)],
  [
    /\b(\d{1,3}|an?|one|two|three)\s(days?|weeks?|months?|years?)\sago\b/i,
    ([, count, unit], now) => within(unit!, numberOf(count!), now),
  ],
  [
    /(\d{1,3}|한|두|세)\s?(일|주|개월|달|년|해)\s?전/,
    ([, count, unit], now) => within(unit!, numberOf(count!), now),
  ],
  [
    new RegExp(String.raw`\b(?:last|on|this past)\s(${weekdayNames.join('|')})\b`, 'i'),
    ([, name], now) => lastWeekday(now, weekdayNames.indexOf(name!.toLowerCase())),
  ],
  [
    new RegExp(`(?:지난|저번)\\s?주?\\s?([${koreanWeekdays}])요일`),
    ([, name], now) => lastWeekday(now, koreanWeekdays.indexOf(name!)),
  ],
  [/\blast weekend\b|(?:지난|저번)\s?주말/i, (_, now) => daysFrom(now, -intoWeek(now) - 2, -intoWeek(now))],
  [/\blast week\b|(?:지난|저번)\s?주/i, (_, now) => daysFrom(now, -intoWeek(now) - 7, -intoWeek(now))],
  [/\bthis week\b|이번\s?주/i, (_, now) => daysFrom(now, -intoWeek(now), 7 - intoWeek(now))],
  [/\blast month\b|(?:지난|저번)\s?달/i, (_, now) => monthRange(now.getUTCFullYear(), now.getUTCMonth() - 1)],
  [/\bthis month\b|이번\s?달/i, (_, now) => monthRange(now.getUTCFullYear(), now.getUTCMonth())],
  [/\blast year\b|작년|지난\s?해/i, (_, now) => yearRange(now.getUTCFullYear() - 1)],
  [/\bthis year\b|올해/i, (_, now) => yearRange(now.getUTCFullYear())],
  [
    new RegExp(String.raw`\b(?:in|during|since|of)\s(${months})\b`, 'i'),
    ([, m], now) => monthRange(latestMonth(now, monthOf(m!)), monthOf(m!)),
  ],
  [/\b(?:in|during|since|of)\s((?:19|20)\d{2})\b/i, ([, y]) => yearRange(Number(y))],
  [/((?:19|20)\d{2})년/, ([, y]) => yearRange(Number(y))],
  [/(?<!\d)(\d{1,2})월/, ([, m], now) => monthRange(latestMonth(now, Number(m) - 1), Number(m) - 1)],
];

const words: Record<string, number> = { a: 1, an: 1, one: 1, two: 2, three: 3, 한: 1, 두: 2, 세: 3 };
const numberOf = (text: string): number => words[text.toLowerCase()] ?? Number(text);

/**
 * The time that a question speaks of ("last Tuesday", "in May 2023", "지난주"), as seen from `now`; null when it
 * names none. Weeks begin on Monday, a weekday or month without more is the latest; UTC.
 */
export function timeRangeOf(question: string, now: Date): TimeRange | null {
  for (const [pattern, range] of readings) {
    const match = pattern.exec(question);
    if (!match) continue;
    const found = range(match, now);
    if (!Number.isNaN(found.from.getTime()) && !Number.isNaN(found.to.getTime())) return found;
  }
  return null;
}
