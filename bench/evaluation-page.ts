import type { Comparison, EvaluationRun, TaskResult } from './evaluation-run.js';

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

interface Bar {
  group: string;
  label: string;
  value: number;
  text: string;
}

const rowHeight = 20;
const labelWidth = 220;
const barWidth = 420;

/** Horizontal bars from 0 to the largest value, grouped by set. */
function plot(title: string, bars: Bar[]): string {
  const largest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const groups = [...new Set(bars.map(({ group }) => group))];
  const rows = bars.map(({ group, label, value, text }, row) => {
    const y = row * rowHeight + 4;
    const color = `hsl(${(groups.indexOf(group) * 67) % 360} 45% 55%)`;
    const width = (value / largest) * barWidth;
    return `<text x="${labelWidth - 6}" y="${y + 12}" text-anchor="end">${escaped(`${group}, ${label}`)}</text>
<rect x="${labelWidth}" y="${y}" width="${width.toFixed(1)}" height="${rowHeight - 6}" fill="${color}"/>
<text x="${(labelWidth + width + 5).toFixed(1)}" y="${y + 12}">${escaped(text)}</text>`;
  });
  const [width, height] = [labelWidth + barWidth + 80, bars.length * rowHeight + 8];
  return `<h2>${escaped(title)}</h2>
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
${rows.join('\n')}
</svg>`;
}

function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('')}</tr>`;
  return `<table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table>`;
}

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
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Retrieval, ${escaped(run.at)}</title>
<style>
body { font: 14px system-ui, sans-serif; margin: 2rem; color: #222 }
svg text { font: 12px system-ui, sans-serif; fill: #222 }
table { border-collapse: collapse } th, td { padding: 2px 10px; border-bottom: 1px solid #ddd; text-align: right }
th:first-child, td:first-child, th:nth-child(2), td:nth-child(2) { text-align: left }
</style>
<h1>Retrieval</h1>
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
)}
</html>
`;
}
