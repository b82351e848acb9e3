export interface VectorSpace {
  model: string;
  dimensions: number;
}

export interface VectorIndexState {
  /** Vectors of the model that an approximate index covers, and those that searches scan. */
  indexed: number;
  scanned: number;
}

/**
 * Approximate indexes over the vectors of the embedding model. They only make searches faster: one that is missing,
 * half built or behind costs time, never a passage.
 */
export abstract class VectorIndexes {
  /**
   * Builds what is due, after what interrupted builds and earlier models left is gone. Takes as long as a build
   * does; ends early, without an error, when `signal` aborts.
   * @returns undefined when another process is at it, or the store keeps no such indexes
   */
  abstract keep(space: VectorSpace, signal: AbortSignal): Promise<VectorIndexState | undefined>;
}
