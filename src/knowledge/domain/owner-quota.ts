/** What an owner's documents take. Documents of which no version is anything but failed count nothing. */
export interface OwnerUsage {
  documents: number;
  /** Of the original files, those of kept earlier versions included. */
  sizeBytes: number;
}

/** The most of each; 0: no limit. */
export type OwnerLimits = OwnerUsage;

export interface Excess {
  what: keyof OwnerUsage;
  limit: number;
  /** In use before. */
  used: number;
  /** What the change would have added. */
  added: number;
}

export const isLimited = ({ documents, sizeBytes }: OwnerLimits): boolean => documents > 0 || sizeBytes > 0;

/**
 * Where a change goes past a limit. What was past it before, because the limit was lowered, is no excess as long as
 * the change does not add to it.
 */
export function excessOf(before: OwnerUsage, after: OwnerUsage, limits: OwnerLimits): Excess | undefined {
  for (const what of ['documents', 'sizeBytes'] as const) {
    const added = after[what] - before[what];
    if (limits[what] > 0 && added > 0 && after[what] > limits[what])
      return { what, limit: limits[what], used: before[what], added };
  }
  return undefined;
}
