import { escaped, page, plot, table, type Bar } from '../page-parts.js';
import type { StreamRun, Verdict } from './judge.js';
import { parts, shown } from './table.js';

export function streamPage({ at, settings }: StreamRun, verdict: Verdict): string {
  const { levels, targets } = verdict;
  const bars = (value: (arm: Verdict['levels'][number]['arms'][number]) => [number, string] | null): Bar[] =>
    levels.flatMap(({ name, arms }) =>
      arms.flatMap((arm) => {
        const of = value(arm);
        return of ? [{ group: name, label: arm.arm, value: of[0], text: of[1] }] : [];
      }),
    );
  const firstTexts = (['idle', 'burst'] as const).flatMap((group) =>
    verdict[group].map(({ arm, p50Ms, p99Ms }) => ({
      group,
      label: arm,
      value: p99Ms.median,
      text: `${p99Ms.median.toFixed(1)} (p50 ${p50Ms.median.toFixed(1)})`,
    })),
  );
  return page(
    `Streams, ${at}`,
    `<h1>Streams</h1>
<p>${escaped(`${at}, ${JSON.stringify(settings)}; medians of the rounds, quartiles in brackets`)}</p>
${plot(
  'CPU a token of our own processes, µs',
  bars(({ ownCpu, cpuPerToken }) => [ownCpu.median, `${ownCpu.median.toFixed(0)}: ${parts(cpuPerToken)}`]),
)}
${plot(
  'Delay of a token, ms, p99',
  bars(({ delayP50Ms, delayP99Ms }) =>
    delayP99Ms && delayP50Ms
      ? [delayP99Ms.median, `${delayP99Ms.median.toFixed(1)} (p50 ${delayP50Ms.median.toFixed(1)})`]
      : null,
  ),
)}
${plot('First text, ms, p99', firstTexts)}
<h2>Beside the bare pipe</h2>
${table(
  ['level', '', "CPU a token without parsing, in the pipe's", 'naive', 'beyond the pipe, ms', ''],
  levels.map(({ name, cpuInPipes, naiveCpuInPipes, addedDelayMs, saturated }) => [
    name,
    '',
    shown(cpuInPipes, 2),
    shown(naiveCpuInPipes, 2),
    shown(addedDelayMs),
    saturated ? 'the bare pipe is saturated' : '',
  ]),
)}
<h2>Goals</h2>
${table(
  ['what', '', 'reached', 'goal', ''],
  targets.map(({ what, reached, target, met }) => [
    what,
    '',
    reached.toFixed(2),
    target,
    met ? 'met' : 'missed',
  ]),
)}`,
  );
}
