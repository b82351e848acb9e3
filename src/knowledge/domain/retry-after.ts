/** Longer than that nobody waits for a document; the attempts that are left are made sooner than asked. */
const longestSeconds = 300;

/** Seconds of a `Retry-After` (RFC 9110: seconds or a date); undefined when it says nothing that can be read. */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : (Date.parse(value) - now.getTime()) / 1_000;
  return Number.isNaN(seconds) ? undefined : Math.ceil(Math.min(Math.max(seconds, 0), longestSeconds));
}
