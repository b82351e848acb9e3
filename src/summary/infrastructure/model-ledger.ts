import type { Turn } from '../application/transcript-source.port.js';
import { ledgerKinds, type LedgerEntry, type LedgerKind, type Replacement } from '../domain/ledger.js';

const longestText = 200;
const mostEntries = 20;

/** The prose, and what stood in the fenced JSON block after it; the block may be missing. */
export function splitModelAnswer(answer: string): { prose: string; ledger: string | null } {
  const block = /```(?:json)?\s*\n?(\[[\s\S]*?\])\s*```\s*$/.exec(answer);
  if (!block) return { prose: answer.trim(), ledger: null };
  return { prose: answer.slice(0, block.index).trim(), ledger: block[1]! };
}

/** Only what has the right shape, and whose figures and names occur in the turn that it names. */
export function readModelLedger(
  json: string | null,
  turns: Turn[],
): { entries: LedgerEntry[]; replaced: Replacement[] } {
  const entries: LedgerEntry[] = [];
  const replaced: Replacement[] = [];
  for (const item of listIn(json).slice(0, mostEntries)) {
    const turn = typeof item.turn === 'number' ? turns[item.turn - 1] : undefined;
    const kind = ledgerKinds.find((known) => known === item.kind);
    const text = typeof item.text === 'string' ? item.text.replace(/\s+/g, ' ').trim() : '';
    if (!turn || !kind || text === '' || text.length > longestText) continue;
    if (!isBorneOut(kind, text, turn.content)) continue;
    entries.push({ kind, text, messageId: turn.messageId, role: turn.role, supersededBy: null });
    if (typeof item.replaces === 'string' && item.replaces !== '') {
      replaced.push({ text: item.replaces, byMessageId: turn.messageId });
    }
  }
  return { entries, replaced };
}

function listIn(json: string | null): Record<string, unknown>[] {
  if (json === null) return [];
  try {
    const parsed = JSON.parse(json) as unknown;
    if (!Array.isArray(parsed)) return [];
    return parsed.filter(
      (item): item is Record<string, unknown> => typeof item === 'object' && item !== null,
    );
  } catch {
    // A list that cannot be read is a list without entries: the rules find the figures anyway.
    return [];
  }
}

/** Every number of the fact is in the turn, and so is half of its words; a name is there as a whole. */
function isBorneOut(kind: LedgerKind, text: string, content: string): boolean {
  const source = content.toLowerCase();
  const numbers = text.match(/\d[\d.,]*\d|\d/g) ?? [];
  if (!numbers.every((figure) => source.includes(figure))) return false;
  const words = text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  const found = words.filter((word) => source.includes(word) || source.includes(word.slice(0, -1) || word));
  return found.length >= words.length * (kind === 'decision' || kind === 'question' ? 0.5 : 0.7);
}
