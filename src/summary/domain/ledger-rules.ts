import { splitSentences } from '../../shared/sentences.js';
import type { LedgerEntry, LedgerKind } from './ledger.js';

interface SourceTurn {
  messageId: string;
  role: 'user' | 'assistant';
  content: string;
}

const months =
  'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?';
const date = new RegExp(
  [
    String.raw`\d{4}년(?:\s?\d{1,2}월(?:\s?\d{1,2}일)?)?`,
    String.raw`\d{1,2}월\s?\d{1,2}일`,
    String.raw`\d{4}[-./]\s?\d{1,2}[-./]\s?\d{1,2}`,
    String.raw`(?:${months})\.?\s\d{1,2}(?:st|nd|rd|th)?(?:,?\s\d{4})?`,
    String.raw`\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?(?:${months})(?:,?\s\d{4})?`,
  ].join('|'),
  'gu',
);
/** Letters and digits in one word, as order numbers and versions are written, and mail addresses. */
const identifier =
  /[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}|\b(?=[\w.-]{0,40}[A-Za-z])(?=[\w.-]{0,40}\d)[A-Za-z0-9][\w-]{1,38}(?:\.\d{1,6}){0,4}\b/gu;
const number =
  /[$€£₩]?\s?\d{1,15}(?:,\d{3}){0,5}(?:\.\d{1,10})?\s?(?:%|퍼센트|[천만억조]{0,2}\s?(?:원|달러|명|개|건|년|개월|시간|분)|[KMGT]?i?B\b|(?:km|kg|ms|cm|mm)\b|(?:percent|million|billion|dollars|euros|people|seconds|minutes|hours|days|weeks|months|years|lit(?:re|er)s?|met(?:re|er)s?|kilograms?)\b)?/gu;
/** Two or more capitalised words, or who somebody says that they are. */
const englishName =
  /\b(?:[A-Z][\p{Ll}]{1,30}(?:\s(?:[A-Z]\.|[A-Z][\p{Ll}]{1,30})){1,3})\b|(?<=\b[Mm]y name is\s)\p{Lu}[\p{L}'-]{1,40}/gu;
const koreanName =
  /(?<=(?:제|내) 이름은 )[가-힣]{2,5}?(?=(?:이에요|예요|입니다|이야|야|이고|[\s.,]|$))|(?<![가-힣])[가-힣]{2,4}\s?(?:씨|님|대표|이사|부장|과장|차장|팀장|교수|박사|선생님)(?![가-힣]{3})/gu;

/** In the order of what an entry is called that holds several. */
const rules: { kind: LedgerKind; pattern: RegExp }[] = [
  { kind: 'date', pattern: date },
  { kind: 'identifier', pattern: identifier },
  { kind: 'name', pattern: englishName },
  { kind: 'name', pattern: koreanName },
  { kind: 'number', pattern: number },
];

/** Facts that one turn may add; an answer full of figures must not push out what the user said. */
const mostEntries = { user: 20, assistant: 6 } as const;
/** A turn is looked at up to here: the patterns are linear, but a pasted book is no fact. */
const readLength = 20_000;
/** Sentences up to here are kept whole: they say best what their facts mean. */
const wholeSentence = 120;
const longestEntry = 160;
const mark = /\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\]/g;
const fencedCode = /^(```|~~~)[^\n]*\n[\s\S]*?^\1[^\n]*$/gm;

/** What a turn says in prose: no citation marks, no code. */
export const proseOf = (content: string): string => content.replace(fencedCode, '\n').replace(mark, '');

/** Names, numbers, dates and identifiers, found by their form alone, with the words around them. */
export function ledgerByRule(turns: SourceTurn[]): LedgerEntry[] {
  return turns.flatMap((turn) => {
    const prose = proseOf(turn.content.slice(0, readLength));
    return splitSentences(prose)
      .flatMap(({ start, end }) => factsOf(prose.slice(start, end)))
      .slice(0, mostEntries[turn.role])
      .map((fact) => ({ ...fact, messageId: turn.messageId, role: turn.role, supersededBy: null }));
  });
}

interface Found {
  start: number;
  end: number;
  kind: LedgerKind;
}

function factsOf(sentence: string): { kind: LedgerKind; text: string }[] {
  const found = matchesIn(sentence);
  if (found.length === 0) return [];
  const whole = asOneLine(sentence);
  if (whole.length <= wholeSentence) return [{ kind: nameOf(found), text: whole }];
  return joined(found.map((match) => ({ ...withContext(sentence, match), kinds: [match] }))).map(
    ({ start, end, kinds }) => ({
      kind: nameOf(kinds),
      text: asOneLine(sentence.slice(start, end)).slice(0, longestEntry),
    }),
  );
}

/** What the rules find, without overlaps: an earlier rule wins. */
function matchesIn(sentence: string): Found[] {
  const taken: Found[] = [];
  for (const { kind, pattern } of rules) {
    for (const match of sentence.matchAll(pattern)) {
      const text = match[0].trim();
      const start = match.index + match[0].indexOf(text);
      const end = start + text.length;
      if (/^\d$/.test(text)) continue; // "step 3" is no fact worth keeping
      if (taken.every((other) => end <= other.start || start >= other.end)) taken.push({ start, end, kind });
    }
  }
  return taken.sort((a, b) => a.start - b.start);
}

/** A fact alone says little: "4,200" needs its "budget". */
function withContext(sentence: string, { start, end }: Found): { start: number; end: number } {
  const before = /(?:\S+\s+){0,5}\S*$/.exec(sentence.slice(Math.max(0, start - 80), start))?.[0] ?? '';
  const after = /^\S*(?:\s+\S+){0,4}/.exec(sentence.slice(end, end + 60))?.[0] ?? '';
  return { start: start - before.length, end: end + after.length };
}

/** Facts whose surroundings overlap are one entry. */
function joined<T extends { start: number; end: number; kinds: Found[] }>(windows: T[]): T[] {
  const entries: T[] = [];
  for (const window of windows) {
    const last = entries.at(-1);
    if (last && window.start <= last.end && window.end - last.start <= longestEntry) {
      last.end = Math.max(last.end, window.end);
      last.kinds.push(...window.kinds);
    } else entries.push(window);
  }
  return entries;
}

const nameOf = (found: Found[]): LedgerKind =>
  rules.find(({ kind }) => found.some((match) => match.kind === kind))!.kind;

const asOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
