/** Whose fault it was that nothing came: the answer's, or that of the server that should have given one. */
export type MetadataFailure = 'unusable-answer' | 'model-unavailable';

const second = 1_000;
const minute = 60 * second;

/** Waits after the first, second … attempt. Another answer may do at once; a server takes its time to come back. */
const waitsMs: Record<MetadataFailure, readonly number[]> = {
  'unusable-answer': [2 * second, 10 * second],
  'model-unavailable': [5 * second, minute, 10 * minute, 60 * minute],
};

/** However long the server wants to be left alone. */
const longestWaitMs = 60 * minute;

/** Claims of one version; a worker that dies over it uses up one each time. */
export const maxMetadataAttempts = waitsMs['model-unavailable'].length + 1;

/**
 * @param attempts those so far, this one included
 * @returns milliseconds until the next attempt, or null: given up.
 */
export const waitAfter = (
  failure: MetadataFailure,
  attempts: number,
  retryAfterSeconds = 0,
): number | null => {
  const waitMs = waitsMs[failure][attempts - 1];
  return waitMs === undefined ? null : Math.max(waitMs, Math.min(retryAfterSeconds * second, longestWaitMs));
};

/**
 * How long a worker lets a server alone that has failed so many times in a row: 2 s, then twice as long each time, up
 * to 5 minutes. Without it every document that is due would use up its attempts on one outage.
 */
export const restAfter = (failures: number): number => Math.min(2 ** failures * second, 5 * minute);

/**
 * Which chunks stand for a document: all of it when it fits, else its beginning for half of the room and, for the rest,
 * chunks at even distances up to the last one.
 * @param size chunks and their tokens in all
 * @returns ordinals, rising
 */
export function sampleOrdinals(size: { chunks: number; tokens: number }, maxTokens: number): number[] {
  const { chunks, tokens } = size;
  const all = Array.from({ length: chunks }, (_, ordinal) => ordinal);
  if (tokens <= maxTokens) return all;
  const room = Math.min(chunks, Math.max(2, Math.floor((maxTokens * chunks) / tokens)));
  const beginning = Math.ceil(room / 2);
  const spread = room - beginning;
  const step = (chunks - beginning) / spread;
  const picked = Array.from({ length: spread }, (_, at) => beginning + Math.round((at + 1) * step) - 1);
  return [...all.slice(0, beginning), ...picked];
}
