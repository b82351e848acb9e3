import { invalid } from '../application/chat-errors.js';

/** Sequences are 32-bit in the store; past every answer's end they are all the same. */
const mostSequences = 2_147_483_647;

/**
 * The last event that the client has; 0 for none. `Last-Event-ID`, which `EventSource` sends by itself when it
 * reconnects to the same URL, beats `?after=`.
 * @throws AppError `request.invalid` unless it is a decimal integer.
 */
export function eventPosition(lastEventId: string | undefined, after: string | undefined): number {
  const given = lastEventId ?? after;
  if (given === undefined) return 0;
  if (!/^\d+$/.test(given))
    throw invalid(lastEventId === undefined ? '/after' : '/Last-Event-ID', 'must be a decimal integer');
  return Math.min(Number(given), mostSequences);
}
