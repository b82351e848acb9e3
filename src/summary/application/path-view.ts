import type { Turn } from './transcript-source.port.js';

/** A path's turns as memory sees them. */
export interface PathView {
  /** Out of memory since a DELETE. */
  excluded: Turn[];
  covered: Turn[];
  /** Neither: to be condensed once they have aged. */
  uncovered: Turn[];
}

/**
 * Message ids are UUIDv7, in order of creation: those up to `excludedUntil` existed when the memory was deleted.
 */
export const isExcluded = (messageId: string, excludedUntil: string | null): boolean =>
  excludedUntil !== null && messageId <= excludedUntil;

export function viewPath(turns: Turn[], coveredMessageIds: string[], excludedUntil: string | null): PathView {
  const coveredIds = new Set(coveredMessageIds);
  const view: PathView = { excluded: [], covered: [], uncovered: [] };
  for (const turn of turns) {
    if (coveredIds.has(turn.messageId)) view.covered.push(turn);
    else if (isExcluded(turn.messageId, excludedUntil)) view.excluded.push(turn);
    else view.uncovered.push(turn);
  }
  return view;
}
