import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HashedEmbedder } from '../src/platform/models/hashed-embedder.js';
import { LexicalTokenizer } from '../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../src/platform/text/text-worker-pool.js';
import { bm25 } from '../src/knowledge/domain/bm25.js';
import {
  EvaluationError,
  evaluationFolder,
  readTask,
  taskNames,
  type RetrievalTask,
  type TaskName,
} from './evaluation-data.js';
import { caller, RetrievalHarness } from './retrieval-harness.js';
import { measure, percentile, type RankedQuery, type RetrievalMetrics } from './retrieval-metrics.js';

/*
 * Quality and latency of the product's retrieval, with the built-in tokenizer and embedder, on an embedded
 * database. Usage: EVAL_DATA=<folder> npm run eval [-- [--weights 0.1,0.2] [task...]]
 */

interface Result extends RetrievalMetrics {
  task: string;
  arm: string;
  /** nDCG@10 of the questions at even and odd positions: parameters are chosen on the first alone. */
  evenNdcg10: number;
  oddNdcg10: number;
  p50Ms: number;
  p95Ms: number;
}

async function evaluateArm(
  task: RetrievalTask,
  harness: RetrievalHarness,
  ids: string[],
  arm: Arm,
): Promise<Result> {
  const documentOf = new Map(ids.map((id, position) => [id, task.documents[position]!.id]));
  const search = harness.search(arm.vectorWeight);
  const ranked: RankedQuery[] = [];
  const durations: number[] = [];
  for (const { id, text } of task.queries) {
    const start = performance.now();
    const { passages } = await search.search(caller, { query: text, limit: 10 });
    durations.push(performance.now() - start);
    const ranking = passages.map((passage) => documentOf.get(passage.id)!);
    ranked.push({ ranking, relevant: task.judgements.get(id)! });
  }
  return {
    task: task.name,
    arm: arm.name,
    ...measure(ranked),
    evenNdcg10: measure(ranked.filter((_, position) => position % 2 === 0)).ndcg10,
    oddNdcg10: measure(ranked.filter((_, position) => position % 2 === 1)).ndcg10,
    p50Ms: percentile(durations, 0.5),
    p95Ms: percentile(durations, 0.95),
  };
}

interface Arm {
  name: string;
  vectorWeight?: number;
}

async function evaluate(task: RetrievalTask, arms: Arm[]): Promise<Result[]> {
  const workers = new TextWorkerPool();
  const tokenizer = new LexicalTokenizer(workers);
  const embedder = new HashedEmbedder(tokenizer, workers);
  const harness = await RetrievalHarness.open(tokenizer, embedder);
  try {
    const ids = await harness.index(task.documents.map(({ text }) => text));
    const results: Result[] = [];
    for (const arm of arms) results.push(await evaluateArm(task, harness, ids, arm));
    return results;
  } finally {
    await harness.close();
    await workers.onApplicationShutdown();
  }
}

function print(results: Result[]): void {
  const columns = results.map((result) => ({
    task: result.task,
    arm: result.arm,
    'nDCG@10': result.ndcg10.toFixed(4),
    'even / odd': `${result.evenNdcg10.toFixed(4)} / ${result.oddNdcg10.toFixed(4)}`,
    'recall@5': result.recall5.toFixed(4),
    'recall@10': result.recall10.toFixed(4),
    'MRR@10': result.mrr10.toFixed(4),
    'p50 ms': result.p50Ms.toFixed(1),
    'p95 ms': result.p95Ms.toFixed(1),
  }));
  console.table(columns);
}

async function main(): Promise<void> {
  const folder = evaluationFolder();
  const words = process.argv.slice(2);
  const weightsAt = words.indexOf('--weights');
  const weights = weightsAt < 0 ? [] : words.splice(weightsAt, 2)[1]!.split(',').map(Number);
  const arms: Arm[] = [
    { name: 'lexical', vectorWeight: 0 },
    { name: 'vector', vectorWeight: 1 },
    { name: 'hybrid' },
    ...weights.map((vectorWeight) => ({ name: `hybrid ${vectorWeight}`, vectorWeight })),
  ];
  const unknown = words.find((word) => !taskNames.includes(word as TaskName));
  if (unknown) throw new EvaluationError(`There is no task ${unknown}; there are ${taskNames.join(', ')}.`);
  const chosen = taskNames.filter((name) => words.length === 0 || words.includes(name));
  const results: Result[] = [];
  for (const name of chosen) {
    const task = readTask(folder, name);
    if (task) results.push(...(await evaluate(task, arms)));
  }
  print(results);
  mkdirSync('bench/results', { recursive: true });
  const path = join('bench/results', `retrieval-${new Date().toISOString().replaceAll(':', '')}.json`);
  writeFileSync(path, `${JSON.stringify({ bm25, results }, null, 2)}\n`);
  console.log(`Written: ${path}`);
}

await main().catch((error: unknown) => {
  if (!(error instanceof EvaluationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
