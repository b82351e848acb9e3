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
  /[$€£₩]?\s?\d{1,15}(?:,\d{3}){0,5}(?:\.\d{1,10})?\s?(?:%|퍼센트|[천만억조]{0,2}\s?(?:원|달러|명|개|건|년|개월|시간|분)|[KMGT]?i?B\b|(?:km|kg|ms|cm|mm)\b|(?:percent|million|billion|dollars|people|hours|days|weeks|months|years)\b)?/gu;
/** Two or more capitalised words, or who somebody says that they are. */
const englishName =
  /\b(?:[A-Z][\p{Ll}]{1,30}(?:\s(?:[A-Z]\.|[A-Z][\p{Ll}]{1,30})){1,3})\b|(?<=\b[Mm]y name is\s)\p{Lu}[\p{L}'-]{1,40}/gu;
const koreanName =
  /(?<=(?:제|내) 이름은 )[가-힣]{2,5}?(?=(?:이에요|예요|입니다|이야|야|이고|[\s.,]|$))|(?<![가-힣])[가-힣]{2,4}\s?(?:씨|님|대표|이사|부장|과장|차장|팀장|교수|박사|선생님)(?![가-힣]{3})/gu;

const rules: { kind: LedgerKind; pattern: RegExp }[] = [
  { kind: 'date', pattern: date },
  { kind: 'identifier', pattern: identifier },
  { kind: 'number', pattern: number },
  { kind: 'name', pattern: englishName },
  { kind: 'name', pattern: koreanName },
];

/** Facts that one turn may add; an answer full of figures must not push out what the user said. */
const mostEntries = { user: 20, assistant: 6 } as const;
/** A turn is looked at up to here: the patterns are linear, but a pasted book is no fact. */
const readLength = 20_000;
const wordsBefore = 5;
const wordsAfter = 4;
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

function factsOf(sentence: string): { kind: LedgerKind; text: string }[] {
  const taken: { start: number; end: number; kind: LedgerKind }[] = [];
  for (const { kind, pattern } of rules) {
    for (const match of sentence.matchAll(pattern)) {
      const lead = match[0].length - match[0].trimStart().length;
      const start = match.index + lead;
      const end = match.index + match[0].trimEnd().length;
      if (end > start && taken.every((other) => end <= other.start || start >= other.end)) {
        taken.push({ start, end, kind });
      }
    }
  }
  const inOrder = taken.sort((a, b) => a.start - b.start);
  const texts = new Map<string, LedgerKind>();
  for (const { start, end, kind } of inOrder) {
    const text = withContext(sentence, start, end);
    if (![...texts.keys()].some((known) => known.includes(text))) texts.set(text, kind);
  }
  return [...texts].map(([text, kind]) => ({ kind, text }));
}

/** A fact alone says little: "4,200" needs its "budget". Short sentences are kept whole. */
function withContext(sentence: string, start: number, end: number): string {
  const whole = sentence.replace(/\s+/g, ' ').trim();
  if (whole.length <= 80) return whole;
  const before = sentence
    .slice(0, start)
    .split(/\s+/)
    .slice(-wordsBefore - 1)
    .join(' ');
  const after = sentence
    .slice(end)
    .split(/\s+/)
    .slice(0, wordsAfter + 1)
    .join(' ');
  const text = `${before}${sentence.slice(start, end)}${after}`.replace(/\s+/g, ' ').trim();
  return text.length <= longestEntry ? text : sentence.slice(start, end).slice(0, longestEntry);
}
