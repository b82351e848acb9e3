export const ledgerKinds = ['name', 'number', 'date', 'identifier', 'decision', 'question'] as const;
export type LedgerKind = (typeof ledgerKinds)[number];

/** A fact worth keeping word for word after its turn has been condensed. */
export interface LedgerEntry {
  kind: LedgerKind;
  /** The fact with the words around it that give it meaning. */
  text: string;
  messageId: string;
  /** Who said it. What the user said is kept longest. */
  role: 'user' | 'assistant';
  /** The message that made it void, when one did. */
  supersededBy: string | null;
}

/** What a ledger holds at most; beyond it the oldest facts from answers go first, then the oldest of all. */
export const maxLedgerEntries = 120;

const sameFact = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, ' ')
    .trim();

/** Adds newer entries, without repeats, within the bound. */
export function mergeLedger(older: LedgerEntry[], newer: LedgerEntry[]): LedgerEntry[] {
  const known = new Set<string>();
  const merged = [...older, ...newer].filter((entry) => {
    const key = `${entry.kind} ${sameFact(entry.text)}`;
    return known.has(key) ? false : known.add(key);
  });
  return withinBound(merged);
}

/** A fact that a later message made void. */
export interface Replacement {
  text: string;
  byMessageId: string;
}

/** Marks the entries that say what has been replaced. */
export function supersede(entries: LedgerEntry[], replaced: Replacement[]): LedgerEntry[] {
  const voided = new Map(replaced.map(({ text, byMessageId }) => [sameFact(text), byMessageId]));
  return entries.map((entry) =>
    entry.supersededBy === null
      ? { ...entry, supersededBy: voided.get(sameFact(entry.text)) ?? null }
      : entry,
  );
}

function withinBound(entries: LedgerEntry[]): LedgerEntry[] {
  let excess = entries.length - maxLedgerEntries;
  if (excess <= 0) return entries;
  const dropped = new Set<LedgerEntry>();
  const order = [
    ...entries.filter((entry) => entry.supersededBy !== null),
    ...entries.filter((entry) => entry.supersededBy === null && entry.role === 'assistant'),
    ...entries.filter((entry) => entry.supersededBy === null && entry.role === 'user'),
  ];
  for (const entry of order) {
    if (excess-- <= 0) break;
    dropped.add(entry);
  }
  return entries.filter((entry) => !dropped.has(entry));
}

/**
 * The ledger as lines for the prompt: what still holds and does not stand in the prose already, the user's own
 * facts first, within `maxTokens`.
 */
export function renderLedger(
  entries: LedgerEntry[],
  prose: string,
  tokensOf: (text: string) => number,
  maxTokens: number,
): string {
  const known = sameFact(prose);
  const open = entries.filter(
    (entry) => entry.supersededBy === null && !known.includes(sameFact(entry.text)),
  );
  const ranked = [
    ...open.filter(({ role }) => role === 'user'),
    ...open.filter(({ role }) => role === 'assistant'),
  ];
  const lines: string[] = [];
  let tokens = 0;
  for (const entry of ranked) {
    const line = `- ${entry.text}`;
    tokens += tokensOf(line) + 1;
    if (tokens > maxTokens) break;
    lines.push(line);
  }
  return lines.join('\n');
}
