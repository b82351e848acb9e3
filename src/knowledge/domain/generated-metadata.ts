import { splitSentences } from '../../shared/sentences.js';

/** What a language model says of a document: plain text about the words of strangers. */
export interface GeneratedMetadata {
  summary: string;
  /** The most telling first. */
  keywords: string[];
  category: string;
}

/** Lengths in UTF-16 units. */
export const metadataBounds = { summary: 1_000, keywords: 10, keyword: 60, category: 60 } as const;

/**
 * What a model answered, when it is the JSON object that was asked for, alone or in a code fence. Models count badly:
 * a summary that is too long ends behind its last sentence that fits, and of keywords those that fit are kept. Other
 * keys are left out.
 * @returns null when the answer cannot be used.
 */
export function readGeneratedMetadata(answer: string): GeneratedMetadata | null {
  const value = parsed(answer) ?? parsed(/```(?:json)?\s([\s\S]*)```/i.exec(answer)?.[1] ?? '');
  if (!value) return null;
  const { summary, keywords, category } = value;
  if (typeof summary !== 'string' || typeof category !== 'string' || !isTextList(keywords)) return null;
  const read = { summary: shortened(plain(summary)), keywords: kept(keywords), category: plain(category) };
  const fits = read.category.length <= metadataBounds.category;
  return fits && read.summary !== '' && read.category !== '' && read.keywords.length > 0 ? read : null;
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // Not JSON is one of the answers that cannot be used: the caller is told so.
    return null;
  }
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Control characters, halves of pairs, and what turns the direction of the text around it. */
const unwanted = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const plain = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(unwanted, '').normalize('NFC').trim();

function kept(keywords: string[]): string[] {
  const byFold = new Map<string, string>();
  for (const keyword of keywords.map(plain)) {
    const fold = keyword.toLowerCase();
    if (keyword === '' || keyword.length > metadataBounds.keyword || byFold.has(fold)) continue;
    byFold.set(fold, keyword);
  }
  return [...byFold.values()].slice(0, metadataBounds.keywords);
}

function shortened(summary: string): string {
  const most = metadataBounds.summary;
  if (summary.length <= most) return summary;
  const end = splitSentences(summary).findLast((sentence) => sentence.end <= most)?.end;
  if (end !== undefined) return summary.slice(0, end);
  return `${summary
    .slice(0, most - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`;
}
