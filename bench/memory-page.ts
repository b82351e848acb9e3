import { page, plot, table } from './page-parts.js';
import { allCategories, type MemoryRow } from './memory-run.js';

const percent = (value: number): string => value.toFixed(1);

/** A page that needs nothing but itself. */
export function memoryPage(at: string, embedder: string, rows: MemoryRow[]): string {
  const overall = rows.filter(({ category }) => category === allCategories);
  const splits = [...new Set(overall.map(({ set, split }) => `${set}, conversations ${split}`))];
  const plots = splits.map((title) =>
    plot(
      `${title}: mean share of the evidence in the prompt, %`,
      overall
        .filter(({ set, split }) => `${set}, conversations ${split}` === title)
        .toSorted((a, b) => a.budget - b.budget)
        .map(({ budget, method, mean, savedPercent }) => ({
          group: String(budget),
          label: method,
          value: mean,
          text: `${percent(mean)} (${percent(savedPercent)} saved)`,
        })),
    ),
  );
  const head = 'set,split,category,budget,method,questions,any,all,mean,tokens,saved %,p50 ms,p95 ms'.split(
    ',',
  );
  const cells = rows.map((row) => [
    row.set,
    row.split,
    row.category,
    row.budget,
    row.method,
    row.questions,
    ...[row.any, row.all, row.mean].map(percent),
    row.tokens.toFixed(0),
    percent(row.savedPercent),
    row.p50Ms?.toFixed(1) ?? '',
    row.p95Ms?.toFixed(1) ?? '',
  ]);
  return page(
    `Memory, ${at}`,
    `<h1>Memory of conversations</h1>
<p>${at}, embedded database, embedder ${embedder}. Which turns that a question rests on stand in full in the prompt,
every part of it counted towards the budget; no model is asked.</p>
${plots.join('\n')}
${table(head, cells)}`,
  );
}
