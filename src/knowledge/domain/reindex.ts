export const reindexStatuses = ['idle', 'running', 'completed', 'failed'] as const;
export type ReindexStatus = (typeof reindexStatuses)[number];

/** Where a run over a collection's documents is; those that were deleted since are left out. */
export interface ReindexCounts {
  total: number;
  /** Ready, failed, or overtaken by a newer upload. */
  done: number;
  /** Could not be read anew: their old index goes on answering. */
  failed: number;
  /** No document is left that the run has not queued. */
  allQueued: boolean;
}

export function reindexStatusOf({ total, done, failed, allQueued }: ReindexCounts): ReindexStatus {
  if (!allQueued || done < total) return 'running';
  return failed > 0 ? 'failed' : 'completed';
}
