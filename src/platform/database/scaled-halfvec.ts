import { toSql } from 'pgvector';

/** Just below the greatest `halfvec` component; finer than the 11 bits that are kept of each. */
const scale = 60_000;

/**
 * A normalised vector in text form, as whole numbers: `l2_normalize` in the statement brings it back to length 1.
 * The embedded database parses decimals in software: 1.5 ms for 1,024 components, against 0.2 ms for whole numbers.
 */
export const toScaledHalfvec = (vector: Float32Array): string =>
  toSql(Array.from(vector, (component) => Math.round(component * scale))) as string;
