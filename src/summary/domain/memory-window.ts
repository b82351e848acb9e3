/** How much of a path stays in full, and from when on the rest is condensed. */
export interface WindowPolicy {
  recentTurns: number;
  recentTokens: number;
  triggerTokens: number;
}

interface RoleTurn {
  role: 'user' | 'assistant';
}

/** The last exchange always stays in full, however long it is. */
const leastRecentTurns = 2;

/**
 * Splits the turns that no summary covers (oldest first) into those that have aged and those that stay in full.
 * The cut falls behind an answer where it can, so that no question is condensed without its answer.
 */
export function splitByAge<T extends RoleTurn>(
  uncovered: T[],
  tokensOf: (turn: T) => number,
  policy: Pick<WindowPolicy, 'recentTurns' | 'recentTokens'>,
): { aged: T[]; recent: T[] } {
  let cut = uncovered.length;
  let tokens = 0;
  while (cut > 0) {
    const kept = uncovered.length - cut;
    tokens += tokensOf(uncovered[cut - 1]!);
    const fits = kept < policy.recentTurns && tokens <= policy.recentTokens;
    if (kept >= leastRecentTurns && !fits) break;
    cut--;
  }
  const startsWithAnswer = cut > 0 && uncovered[cut]?.role === 'assistant';
  if (startsWithAnswer && uncovered.length - cut > leastRecentTurns) cut++;
  return { aged: uncovered.slice(0, cut), recent: uncovered.slice(cut) };
}

/** Whether there is enough to condense. Counts from the newest back, and no further than it must. */
export function reachesTrigger<T extends RoleTurn>(
  uncovered: T[],
  tokensOf: (turn: T) => number,
  policy: WindowPolicy,
): boolean {
  const { aged } = splitByAge(uncovered, tokensOf, policy);
  let tokens = 0;
  for (let at = aged.length - 1; at >= 0; at--) {
    tokens += tokensOf(aged[at]!);
    if (tokens >= policy.triggerTokens) return true;
  }
  return false;
}

/** The first turns that together stay within `maxTokens`, at least one. */
export function firstBatch<T>(aged: T[], tokensOf: (turn: T) => number, maxTokens: number): T[] {
  let tokens = 0;
  const end = aged.findIndex((turn, at) => {
    tokens += tokensOf(turn);
    return at > 0 && tokens > maxTokens;
  });
  return end === -1 ? aged : aged.slice(0, end);
}

/** At most this share of what it condenses, so that a summary always saves something. */
const summaryShare = 0.4;
const leastSummaryTokens = 60;

export const summaryBound = (coveredTokens: number, maxTokens: number): number =>
  Math.min(maxTokens, Math.max(leastSummaryTokens, Math.floor(coveredTokens * summaryShare)));
