import { languageOf } from '../../shared/language.js';
import { renderLedger } from '../domain/ledger.js';
import type { StoredSummary } from './summary.repository.js';

/** Facts beside the prose may take this share of what they stand for, and no more than so many tokens. */
const ledgerShare = 0.1;
const mostLedgerTokens = 200;

const headings = { ko: '기억할 사실:', en: 'Facts to remember:' } as const;

/** What stands in the prompt for the covered turns: the prose, then facts that it does not hold. */
export function summaryText(
  stored: Pick<StoredSummary, 'summary' | 'ledger' | 'coveredTokens'>,
  tokensOf: (text: string) => number,
): string {
  const bound = Math.min(mostLedgerTokens, Math.floor(stored.coveredTokens * ledgerShare));
  const facts = renderLedger(stored.ledger, stored.summary, tokensOf, bound);
  return facts === ''
    ? stored.summary
    : `${stored.summary}\n\n${headings[languageOf(stored.summary)]}\n${facts}`;
}
