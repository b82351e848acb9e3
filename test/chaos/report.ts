import type { Recovery } from './audit.js';
import type { Counts, Findings } from './checks.js';
import { roles, type Kill } from './fleet.js';
import type { MemorySample } from './memory-watch.js';

export interface Report {
  seed: number;
  kills: Kill[];
  counts: Counts;
  memory: MemorySample[];
  recoveries: Recovery[];
  firstClaims: { questions: number[]; documents: number[] };
  falseTakeovers: string[];
  findings: Findings;
  /** What went wrong in a client's hands, and processes that ended without being killed. */
  faults: string[];
  retries: number;
  resumed: number;
  quietAfterMs: number;
  tookMs: number;
}

/**
 * With two of each up, another worker has the work of a killed one after so long. A machine that is busy with other
 * things may be allowed more.
 */
const targetP99Ms = Number(process.env.CHAOS_P99_MS ?? 3_000);

export interface Quantiles {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

export function quantiles(values: number[]): Quantiles | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => Math.round(sorted[Math.ceil(sorted.length * share) - 1]!);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Of work whose role had another worker up all the time. */
export const recoveryOf = (recoveries: Recovery[], role?: string): Quantiles | null =>
  quantiles(
    recoveries
      .filter((recovery) => recovery.othersUp && recovery.ms !== null && (!role || recovery.role === role))
      .map(({ ms }) => ms!),
  );

/** What makes the run fail. */
export function violationsOf({ findings, faults, recoveries, kills, counts }: Report): string[] {
  const slow = recoveryOf(recoveries);
  const apiKills = kills.filter(({ role }) => role === 'api').length;
  return [
    ...Object.entries(findings).flatMap(([kind, found]) =>
      (found as string[]).map((what) => `${kind}: ${what}`),
    ),
    ...faults,
    ...(slow && slow.p99 > targetP99Ms ? [`recovery: p99 ${slow.p99} ms, target ${targetP99Ms} ms`] : []),
    ...(counts.objectsLeftToTheSweep > apiKills
      ? [`leftOver: ${counts.objectsLeftToTheSweep} objects without a row, of ${apiKills} killed APIs`]
      : []),
  ];
}

const table = (rows: (string | number)[][]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          typeof cell === 'number' ? String(cell).padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

function killTable(kills: Kill[]): string {
  const rows = roles.flatMap((role) => {
    const points = new Map<string, number>();
    for (const { point } of kills.filter((kill) => kill.role === role))
      points.set(point, (points.get(point) ?? 0) + 1);
    return [...points].toSorted(([one], [other]) => one.localeCompare(other)).map((row) => [role, ...row]);
  });
  return table([['KILLED', 'AT', 'TIMES'], ...rows, ['all', '', kills.length]]);
}

function recoveryTable({ recoveries, firstClaims }: Report): string {
  const row = (name: string, figures: Quantiles | null): (string | number)[] =>
    figures ? [name, figures.count, figures.p50, figures.p99, figures.max] : [name, 0, '-', '-', '-'];
  return table([
    ['TAKEN OVER AFTER (ms)', 'TIMES', 'P50', 'P99', 'MAX'],
    ...roles.slice(1).map((role) => row(role, recoveryOf(recoveries, role))),
    row('all', recoveryOf(recoveries)),
    row('questions, from 202 to the first claim', quantiles(firstClaims.questions)),
    row('documents, from 202 to the first claim', quantiles(firstClaims.documents)),
  ]);
}

const mostRows = 12;

/** The largest of each role within each stretch of time: what grows without end would show. */
function memoryTable(samples: MemorySample[]): string {
  const length = (samples.at(-1)?.seconds ?? 0) + 1;
  const stretch = Math.max(10, Math.ceil(length / mostRows / 10) * 10);
  const rows = Array.from({ length: Math.ceil(length / stretch) }, (_, index) => {
    const within = samples.filter(({ seconds }) => Math.floor(seconds / stretch) === index);
    const largest = roles.map((role) =>
      Math.max(0, ...within.filter((sample) => sample.role === role).map(({ residentMib }) => residentMib)),
    );
    return [`until ${(index + 1) * stretch} s`, ...largest];
  });
  return table([['LARGEST MEMORY (MiB)', ...roles], ...rows]);
}

export function render(report: Report): string {
  const { counts, findings, kills, recoveries, falseTakeovers } = report;
  const { questions, documents, imports } = counts;
  const violations = violationsOf(report);
  const alone = recoveries.filter(({ othersUp }) => !othersUp).length;
  return [
    `Seed ${report.seed}, ${kills.length} kills, ${Math.round(report.tookMs / 1_000)} s`,
    killTable(kills),
    table([
      ['ACCEPTED', 'TIMES', 'ENDED WELL', 'GIVEN UP'],
      ['questions', questions.accepted, questions.completed, questions.givenUp],
      ['documents', documents.accepted, documents.ready, documents.givenUp],
      ['histories', imports.accepted, imports.summarised, imports.givenUp],
    ]),
    table([
      ['FOUND', 'TIMES'],
      ...Object.entries(findings).map(([kind, found]) => [kind, (found as string[]).length]),
      ['faults', report.faults.length],
    ]),
    recoveryTable(report),
    memoryTable(report.memory),
    `${alone} more were taken over after a time in which no other worker of the role was up throughout.
${falseTakeovers.length} taken from a worker that lived. Clients sent ${report.retries} requests again and resumed ${report.resumed} streams.
${counts.objectsLeftToTheSweep} uploads left bytes without a row to the sweep. All was quiet ${report.quietAfterMs} ms after the last client.`,
    violations.length === 0
      ? 'Nothing lost, nothing doubled, every byte as it is stored.'
      : `${violations.length} VIOLATIONS\n${violations.slice(0, 50).join('\n')}`,
  ].join('\n\n');
}
