/**
 * Whether terms that `stored` made are to be made anew by `current`. The number at the end decides, so that a process of
 * the version before, which still runs beside, leaves the new terms alone.
 */
export const isOutdated = (stored: string, current: string): boolean => numberOf(stored) < numberOf(current);

function numberOf(version: string): number {
  const [, number] = /-v(\d+)$/.exec(version) ?? [];
  if (number === undefined) throw new Error(`The tokenizer version ${version} does not end in a number.`);
  return Number(number);
}
