import type { DocumentStatus } from './document.js';
import type { ProgressCounts } from './progress-counts.js';

export interface StageProgress {
  stage: DocumentStatus;
  /** 0 to 100 over the whole ingestion. */
  percent: number;
  /** Null where the total is not known. */
  counts: ProgressCounts | null;
}

/** Share of the whole ingestion, in percent, that is done at the end of each stage. */
const shares = { extracting: 30, embedding: 95 };

const shareOf = ({ done, total }: ProgressCounts): number =>
  Math.min(Math.max(done / Math.max(total, 1), 0), 1);

/** @param counts null before the file is open, and for formats that have no pages. */
export const extracting = (counts: ProgressCounts | null): StageProgress => ({
  stage: 'extracting',
  percent: counts ? Math.round(shares.extracting * shareOf(counts)) : 0,
  counts,
});

export const embedding = (done: number, total: number): StageProgress => {
  const counts: ProgressCounts = { done, total, unit: 'chunks' };
  const percent = shares.extracting + Math.round((shares.embedding - shares.extracting) * shareOf(counts));
  return { stage: 'embedding', percent, counts };
};

export const indexing = (chunks: number): StageProgress => ({
  stage: 'indexing',
  percent: shares.embedding,
  counts: { done: chunks, total: chunks, unit: 'chunks' },
});

export const isWhole = ({ counts }: StageProgress): boolean => counts !== null && counts.done >= counts.total;
