import type { FirstTextFigures, Spread, Verdict } from './judge.js';

export const shown = ({ low, median, high }: Spread, digits = 1): string =>
  `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;

export const parts = (cpu: Record<string, number>): string =>
  Object.entries(cpu)
    .map(([name, spent]) => `${name} ${spent.toFixed(0)}`)
    .join(', ');

const firstText = (name: string, arms: FirstTextFigures[]): string[] => [
  `first text, ${name}: ms at p50, p99, and beyond the direct way`,
  ...arms.map(
    ({ arm, p50Ms, p99Ms, addedP50Ms, addedP99Ms }) =>
      `  ${arm.padEnd(10)} ${shown(p50Ms).padEnd(20)} ${shown(p99Ms).padEnd(22)} ` +
      `+${shown(addedP50Ms).padEnd(20)} +${shown(addedP99Ms)}`,
  ),
];

/** Medians, and in brackets the quartiles, of the rounds. */
export function printed({ levels, idle, burst, burstInNaive, targets }: Verdict): string {
  const ofLevels = levels.flatMap(({ name, arms, saturated, cpuInPipes, naiveCpuInPipes, addedDelayMs }) => [
    `${name}${saturated ? ': the bare pipe is saturated, not judged' : ''}`,
    ...arms.map(
      ({ arm, ownCpu, cpuPerToken, delayP50Ms, delayP99Ms, delivered, kibPerStream, restarts }) =>
        `  ${arm.padEnd(10)} ${`${shown(ownCpu, 0)} µs`.padEnd(20)} delay ${(delayP50Ms ? shown(delayP50Ms) : '-').padEnd(18)} ` +
        `p99 ${(delayP99Ms ? shown(delayP99Ms) : '-').padEnd(20)} ${(delivered * 100).toFixed(0)} %  ` +
        `${kibPerStream ? `${kibPerStream.median.toFixed(0)} KiB a stream  ` : ''}${parts(cpuPerToken)}${restarts > 0 ? `; ${restarts} began again` : ''}`,
    ),
    `  without parsing, in pipes: protostar ${shown(cpuInPipes, 2)}, naive ${shown(naiveCpuInPipes, 2)}; ` +
      `beyond the pipe ${shown(addedDelayMs)} ms`,
  ]);
  return [
    ...ofLevels,
    ...firstText('idle', idle),
    ...firstText('burst', burst),
    `burst in the naive way's: ${shown(burstInNaive, 2)}`,
    ...targets.map(
      ({ what, reached, target, met }) =>
        `${met ? 'met   ' : 'MISSED'} ${what}: ${reached.toFixed(2)} of ${target}`,
    ),
  ].join('\n');
}
