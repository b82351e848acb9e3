export const progressUnits = ['pages', 'slides', 'sheets', 'chunks'] as const;

/** How much of a stage is done, counted in what it is made of. */
export interface ProgressCounts {
  done: number;
  total: number;
  unit: (typeof progressUnits)[number];
}
