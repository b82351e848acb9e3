import type { Verdict } from './judge.js';

export interface Report {
  seed: number;
  verdicts: Verdict[];
  goodFiles: number;
  memory: { atStart: number; peak: number; peakOfParser: number };
  slowestAnswerMs: number;
  /** Of the run as a whole; those of single files stand with them. */
  violations: string[];
  tookMs: number;
}

export const violationsOf = ({ verdicts, violations }: Report): string[] => [
  ...verdicts.flatMap(({ kind, about, violations: own }) => own.map((what) => `${kind}, ${about}: ${what}`)),
  ...violations,
];

const columns = (rows: string[][]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  '),
    )
    .join('\n');
};

const counted = (names: string[]): [string, number][] => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
};

const byKind = (verdicts: Verdict[]): string => {
  const kinds = [...new Set(verdicts.map(({ kind }) => kind))];
  const row = (name: string, some: Verdict[]): string[] => [
    name,
    ...[
      some.length,
      ...['ready', 'failed', 'refused'].map(
        (start) => some.filter(({ outcome }) => outcome?.startsWith(start)).length,
      ),
      some.reduce((sum, { violations }) => sum + violations.length, 0),
      Math.max(0, ...some.map(({ tookMs }) => tookMs)),
    ].map(String),
  ];
  return columns([
    ['kind', 'files', 'ready', 'failed', 'refused', 'violations', 'slowest ms'],
    ...kinds.map((kind) =>
      row(
        kind,
        verdicts.filter((verdict) => verdict.kind === kind),
      ),
    ),
    row('all', verdicts),
  ]);
};

export const render = (report: Report): string => {
  const { seed, verdicts, goodFiles, memory, slowestAnswerMs, tookMs } = report;
  const violations = violationsOf(report);
  return [
    `Hostile files, seed ${seed}: ${verdicts.length} in ${Math.round(tookMs / 1_000)} s, and ${goodFiles} good ones between them`,
    '',
    byKind(verdicts),
    '',
    columns([
      ['outcome', 'files'],
      ...counted(verdicts.map(({ outcome }) => outcome ?? 'none')).map(([name, count]) => [
        name,
        String(count),
      ]),
    ]),
    '',
    `server memory ${memory.atStart} MiB at the start, at most ${memory.peak} MiB; a parser at most ${memory.peakOfParser} MiB`,
    `slowest answer of /health/live ${slowestAnswerMs} ms`,
    '',
    violations.length === 0
      ? 'No violations.'
      : `${violations.length} violations:\n${violations.map((what) => `  ${what}`).join('\n')}`,
  ].join('\n');
};
