import { escaped, page, plot, table, type Bar } from './page-parts.js';
import type { Comparison, EvaluationRun, TaskResult } from './evaluation-run.js';

const barsOf = (tasks: TaskResult[], of: (arm: TaskResult['arms'][number]) => [number, string]): Bar[] =>
  tasks.flatMap(({ task, arms }) =>
    arms.map((arm) => {
      const [value, text] = of(arm);
      return { group: task, label: arm.arm, value, text };
    }),
  );

export const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(4)}`;

const differences = (title: string, comparisons: Comparison[]): string =>
  comparisons.length === 0
    ? ''
    : `<h2>${escaped(title)}</h2>${table(
        ['set', 'configuration', 'against', 'nDCG@10', '95 % interval'],
        comparisons.map(({ task, arm, against, difference: { mean, low, high } }) => [
          task,
          arm,
          against,
          signed(mean),
          `${signed(low)} to ${signed(high)}`,
        ]),
      )}`;

/** A page that needs nothing but itself. */
export function evaluationPage(run: EvaluationRun, betterArm: Comparison[], lastRun: Comparison[]): string {
  const { tasks } = run;
  return page(
    `Retrieval, ${run.at}`,
    `<h1>Retrieval</h1>
<p>${escaped(`${run.at}, ${run.database} database, embedder ${run.embedder}, ${JSON.stringify(run.bm25)}`)}</p>
${plot(
  'nDCG@10',
  barsOf(tasks, ({ ndcg10 }) => [ndcg10, ndcg10.toFixed(4)]),
)}
${plot(
  'Recall@10',
  barsOf(tasks, ({ recall10 }) => [recall10, recall10.toFixed(4)]),
)}
${plot(
  'p95 of a search, ms',
  barsOf(tasks, ({ p50Ms, p95Ms }) => [p95Ms, `${p95Ms.toFixed(1)} (p50 ${p50Ms.toFixed(1)})`]),
)}
${differences('Fusion against its better arm', betterArm)}
${differences('Against the run before', lastRun)}
<h2>Sets</h2>
${table(
  ['set', 'configuration', 'questions', 'nDCG@10', 'recall@5', 'recall@10', 'MRR@10', 'p50 ms', 'p95 ms'],
  tasks.flatMap(({ task, arms }) =>
    arms.map((arm) => [
      task,
      arm.arm,
      arm.queries,
      arm.ndcg10.toFixed(4),
      arm.recall5.toFixed(4),
      arm.recall10.toFixed(4),
      arm.mrr10.toFixed(4),
      arm.p50Ms.toFixed(1),
      arm.p95Ms.toFixed(1),
    ]),
  ),
)}
<h2>Index</h2>
${table(
  ['set', '', 'passages', 'MiB', 'seconds to build'],
  tasks.map(({ task, documents, indexBytes, indexSeconds }) => [
    task,
    '',
    documents,
    (indexBytes / 1024 ** 2).toFixed(1),
    indexSeconds.toFixed(1),
  ]),
)}`,
  );
}
