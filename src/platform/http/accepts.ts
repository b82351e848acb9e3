/**
 * Whether an `Accept` header admits one of the produced types (RFC 9110, most specific range wins). No header
 * admits anything; a produced `*` + `/*` can be whatever is asked for.
 */
export function accepts(header: string | undefined, produced: readonly string[]): boolean {
  if (header === undefined || header.trim() === '' || produced.includes('*/*')) return true;
  const ranges = header.slice(0, 4096).toLowerCase().split(',').map(parseRange);
  return produced.some((type) => qualityOf(bareType(type), ranges) > 0);
}

interface Range {
  type: string;
  quality: number;
}

const bareType = (type: string): string => (type.split(';')[0] ?? '').trim().toLowerCase();

function parseRange(range: string): Range {
  const quality = /;\s*q=([\d.]+)/.exec(range)?.[1];
  return { type: bareType(range), quality: quality === undefined ? 1 : Number(quality) };
}

function qualityOf(type: string, ranges: Range[]): number {
  const family = `${type.split('/')[0]}/*`;
  for (const pattern of [type, family, '*/*']) {
    const range = ranges.find((candidate) => candidate.type === pattern);
    if (range) return range.quality;
  }
  return 0;
}
