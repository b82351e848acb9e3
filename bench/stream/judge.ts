import { percentile } from '../retrieval-metrics.js';
import { sum, type FirstText, type Level, type LevelRun } from './measure.js';

export interface StreamRun {
  at: string;
  settings: Record<string, number>;
  levels: { level: Level; runs: LevelRun[] }[];
  idle: FirstText[];
  burst: FirstText[];
}

export interface Spread {
  low: number;
  median: number;
  high: number;
}

export interface ArmFigures {
  arm: string;
  /** By process, medians of the rounds. */
  cpuPerToken: Record<string, number>;
  /** Of the processes that are ours to write: the stores are beside it. */
  ownCpu: Spread;
  delivered: number;
  delayP50Ms: Spread | null;
  delayP99Ms: Spread | null;
  kibPerStream: Spread | null;
  /** Of all rounds. */
  restarts: number;
}

export interface LevelFigures {
  name: string;
  arms: ArmFigures[];
  /** The bare pipe itself is at its end: nothing is to be compared. */
  saturated: boolean;
  /** Without the model client's reading, in the bare pipe's. */
  cpuInPipes: Spread;
  naiveCpuInPipes: Spread;
  cpuTarget: number | null;
  /** Beyond the bare pipe's. */
  addedDelayMs: Spread;
}

export interface FirstTextFigures {
  arm: string;
  p50Ms: Spread;
  p99Ms: Spread;
  /** Beyond the direct way. */
  addedP50Ms: Spread;
  addedP99Ms: Spread;
}

export interface Verdict {
  levels: LevelFigures[];
  idle: FirstTextFigures[];
  burst: FirstTextFigures[];
  /** p50 of ours in the naive way's. */
  burstInNaive: Spread;
  targets: { what: string; reached: number; target: number; met: boolean }[];
}

/** The writer's window within which text is collected. */
const flushWindowMs = 15;
const stores = new Set(['redis', 'postgres']);

const spread = (values: number[]): Spread => ({
  low: percentile(values, 0.25),
  median: percentile(values, 0.5),
  high: percentile(values, 0.75),
});

const ownCpuOf = ({ cpuPerToken }: LevelRun): number =>
  sum(Object.entries(cpuPerToken).flatMap(([name, spent]) => (stores.has(name) ? [] : [spent])));

const of = <Run extends { arm: string }>(runs: Run[], arm: string): Run[] =>
  runs.filter((run) => run.arm === arm);

/** The same round of two arms, side by side. */
const paired = <Run extends { arm: string }>(
  runs: Run[],
  [one, other]: [string, string],
  compare: (one: Run, other: Run) => number,
): number[] => of(runs, one).map((run, round) => compare(run, of(runs, other)[round]!));

function armFigures(runs: LevelRun[], arm: string): ArmFigures {
  const own = of(runs, arm);
  const spreadOf = (value: (run: LevelRun) => number | null): Spread | null => {
    const values = own.map(value).filter((one) => one !== null);
    return values.length > 0 ? spread(values) : null;
  };
  return {
    arm,
    cpuPerToken: Object.fromEntries(
      Object.keys(own[0]!.cpuPerToken).map((name) => [
        name,
        percentile(
          own.map(({ cpuPerToken }) => cpuPerToken[name]!),
          0.5,
        ),
      ]),
    ),
    ownCpu: spread(own.map(ownCpuOf)),
    delivered: percentile(
      own.map(({ delivered }) => delivered),
      0.5,
    ),
    delayP50Ms: spreadOf(({ delayP50Ms }) => delayP50Ms),
    delayP99Ms: spreadOf(({ delayP99Ms }) => delayP99Ms),
    kibPerStream: spreadOf(({ kibPerStream }) => kibPerStream),
    restarts: sum(own.map(({ restarts }) => restarts)),
  };
}

function levelFigures({ level, runs }: StreamRun['levels'][number]): LevelFigures {
  const pipes = of(runs, 'pipe');
  const parsing = of(runs, 'parsing').map(ownCpuOf);
  const inPipes = (arm: string): Spread =>
    spread(of(runs, arm).map((run, round) => (ownCpuOf(run) - parsing[round]!) / ownCpuOf(pipes[round]!)));
  return {
    name: `${level.streams} x ${level.tokensPerSecond}/s`,
    arms: [...new Set(runs.map(({ arm }) => arm))].map((arm) => armFigures(runs, arm)),
    saturated: pipes.some(({ load, delivered }) => load['pipe']! > 0.9 || delivered < 0.95),
    cpuInPipes: inPipes('protostar'),
    naiveCpuInPipes: inPipes('naive'),
    cpuTarget: { 50: 2, 500: 1 }[level.tokensPerSecond] ?? null,
    addedDelayMs: spread(
      paired(runs, ['protostar', 'pipe'], (ours, pipe) => ours.delayP50Ms! - pipe.delayP50Ms!),
    ),
  };
}

const firstTextFigures = (runs: FirstText[]): FirstTextFigures[] =>
  [...new Set(runs.map(({ arm }) => arm))].map((arm) => ({
    arm,
    p50Ms: spread(of(runs, arm).map(({ p50Ms }) => p50Ms)),
    p99Ms: spread(of(runs, arm).map(({ p99Ms }) => p99Ms)),
    addedP50Ms: spread(paired(runs, [arm, 'direct'], (one, direct) => one.p50Ms - direct.p50Ms)),
    addedP99Ms: spread(paired(runs, [arm, 'direct'], (one, direct) => one.p99Ms - direct.p99Ms)),
  }));

export function judged(run: StreamRun): Verdict {
  const levels = run.levels.map(levelFigures);
  const burstInNaive = spread(
    paired(run.burst, ['protostar', 'naive'], (ours, naive) => ours.p50Ms / naive.p50Ms),
  );
  const goal = (what: string, reached: number, target: number) => ({
    what,
    reached,
    target,
    met: reached <= target,
  });
  return {
    levels,
    idle: firstTextFigures(run.idle),
    burst: firstTextFigures(run.burst),
    burstInNaive,
    targets: [
      ...levels.flatMap(({ name, saturated, cpuInPipes, cpuTarget, addedDelayMs }) =>
        saturated
          ? []
          : [
              ...(cpuTarget === null
                ? []
                : [goal(`${name}: CPU a token in the bare pipe's`, cpuInPipes.median, cpuTarget)]),
              goal(`${name}: ms beyond the bare pipe, p50`, addedDelayMs.median, 1 + flushWindowMs),
            ],
      ),
      goal("burst: first text, p50, in the naive way's", burstInNaive.median, 0.5),
    ],
  };
}
