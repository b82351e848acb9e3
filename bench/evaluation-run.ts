import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairedDifference, type Difference } from './paired-bootstrap.js';
import type { RetrievalMetrics } from './retrieval-metrics.js';

/** One way to weigh the two arms on one set. */
export interface ArmResult extends RetrievalMetrics {
  arm: string;
  /** nDCG@10 of the questions at even and odd positions: parameters are chosen on the first alone. */
  evenNdcg10: number;
  oddNdcg10: number;
  p50Ms: number;
  p95Ms: number;
  /** nDCG@10 of each question. */
  scores: number[];
}

export interface TaskResult {
  task: string;
  documents: number;
  /** Tables and indexes that hold the passages, their terms and their vectors. */
  indexBytes: number;
  indexSeconds: number;
  arms: ArmResult[];
}

export interface EvaluationRun {
  at: string;
  database: 'embedded' | 'server';
  embedder: string;
  bm25: object;
  tasks: TaskResult[];
}

export interface Comparison {
  task: string;
  arm: string;
  against: string;
  difference: Difference;
}

const folder = 'bench/results';
const prefix = 'retrieval-';

/** The run before; undefined when there is none, or none in today's form. */
export function lastRun(): EvaluationRun | undefined {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith('.json'));
  const latest = names.toSorted().at(-1);
  if (!latest) return undefined;
  const run = JSON.parse(readFileSync(join(folder, latest), 'utf8')) as Partial<EvaluationRun>;
  return Array.isArray(run.tasks) ? (run as EvaluationRun) : undefined;
}

/** @returns the paths of both files. */
export function writeRun(run: EvaluationRun, page: string): string[] {
  const name = join(folder, `${prefix}${run.at.replaceAll(':', '')}`);
  writeFileSync(`${name}.json`, `${JSON.stringify(run)}\n`);
  writeFileSync(`${name}.html`, page);
  return [`${name}.json`, `${name}.html`];
}

const armOf = (task: TaskResult | undefined, name: string): ArmResult | undefined =>
  task?.arms.find(({ arm }) => arm === name);

/** Each fusion against the better of its two arms. */
export const againstBetterArm = ({ tasks }: EvaluationRun): Comparison[] =>
  tasks.flatMap((task) => {
    const alone = ['lexical', 'vector'].flatMap((name) => armOf(task, name) ?? []);
    const [better] = alone.toSorted((a, b) => b.ndcg10 - a.ndcg10);
    if (!better) return [];
    return task.arms
      .filter((arm) => !alone.includes(arm))
      .map(({ arm, scores }) => ({
        task: task.task,
        arm,
        against: better.arm,
        difference: pairedDifference(scores, better.scores),
      }));
  });

/** Everything that an earlier run has measured on the same questions. */
export const againstRun = (run: EvaluationRun, earlier: EvaluationRun): Comparison[] =>
  run.tasks.flatMap((task) =>
    task.arms.flatMap(({ arm, scores }) => {
      const same = (other: TaskResult): boolean =>
        other.task === task.task && other.documents === task.documents;
      const before = armOf(earlier.tasks.find(same), arm);
      if (before?.scores.length !== scores.length) return [];
      const difference = pairedDifference(scores, before.scores);
      return [{ task: task.task, arm, against: earlier.at, difference }];
    }),
  );
