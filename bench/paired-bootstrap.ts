import { Random } from '../test/random.js';

export interface Difference {
  /** Mean of `ours - theirs`. */
  mean: number;
  /** The middle 95 % of the means of resampled pairs. */
  low: number;
  high: number;
}

const resamples = 2_000;

/**
 * How far two configurations that answered the same questions lie apart, by the paired bootstrap (Efron and
 * Tibshirani, An Introduction to the Bootstrap, 1993): an interval that contains 0 is no difference. The same
 * scores give the same interval.
 */
export function pairedDifference(ours: readonly number[], theirs: readonly number[]): Difference {
  if (ours.length !== theirs.length || ours.length === 0)
    throw new Error(`Cannot pair ${ours.length} scores with ${theirs.length}.`);
  const differences = ours.map((score, question) => score - theirs[question]!);
  const random = new Random(1);
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < differences.length; drawn++) sum += random.pick(differences);
    return sum / differences.length;
  }).sort((a, b) => a - b);
  return {
    mean: differences.reduce((sum, difference) => sum + difference, 0) / differences.length,
    low: means[Math.floor(resamples * 0.025)]!,
    high: means[Math.ceil(resamples * 0.975) - 1]!,
  };
}
