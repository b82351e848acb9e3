import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { bm25 } from '../src/knowledge/domain/bm25.js';
import { createEmbedder } from '../src/platform/models/create-models.js';
import { LexicalTokenizer } from '../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../src/platform/text/text-worker-pool.js';
import { evaluate, type Arm } from './evaluate-task.js';
import {
  EvaluationError,
  evaluationFolder,
  ownTask,
  readTask,
  taskNames,
  type TaskName,
} from './evaluation-data.js';
import { evaluationPage, signed } from './evaluation-page.js';
import {
  againstBetterArm,
  againstRun,
  lastRun,
  writeRun,
  type Comparison,
  type TaskResult,
} from './evaluation-run.js';

import { modelSettings } from './model-settings.js';
import { syntheticTask } from './synthetic-task.js';
import { runCommand } from './run-command.js';

const usage = `EVAL_DATA=<folder> npm run eval [-- [options] [set...]]

Quality, latency and size of the product's retrieval on public test collections: ${taskNames.join(', ')};
and on ${ownTask}, which the project makes itself. Sets that are not in the folder are left out. The embedder is the built-in one, or the one that EMBEDDING_MODEL and
OPENAI_BASE_URL name.

  --server            on the PostgreSQL of DATABASE_URL (npm run services:up), not on an embedded one
  --weights 0.1,0.2   fuse with these weights of the vectors too
  --help              this text
`;

function print(tasks: TaskResult[]): void {
  const rows = tasks.flatMap(({ task, indexBytes, arms }) =>
    arms.map((result) => ({
      set: task,
      configuration: result.arm,
      'nDCG@10': result.ndcg10.toFixed(4),
      'even / odd': `${result.evenNdcg10.toFixed(4)} / ${result.oddNdcg10.toFixed(4)}`,
      'recall@5': result.recall5.toFixed(4),
      'recall@10': result.recall10.toFixed(4),
      'MRR@10': result.mrr10.toFixed(4),
      'p50 ms': result.p50Ms.toFixed(1),
      'p95 ms': result.p95Ms.toFixed(1),
      'index MiB': (indexBytes / 1024 ** 2).toFixed(1),
    })),
  );
  console.table(rows);
}

function printDifferences(title: string, comparisons: Comparison[]): void {
  if (comparisons.length === 0) return;
  console.log(`${title} (nDCG@10, 95 % interval of a paired bootstrap; with 0 in it, it is noise)`);
  console.table(
    comparisons.map(({ task, arm, against, difference: { mean, low, high } }) => ({
      set: task,
      configuration: arm,
      against,
      difference: signed(mean),
      interval: `${signed(low)} to ${signed(high)}`,
    })),
  );
}

function readArguments(): { onServer: boolean; arms: Arm[]; chosen: string[] } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { server: { type: 'boolean' }, weights: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const weights = values.weights?.split(',').map(Number) ?? [];
  if (weights.some((weight) => !(weight >= 0 && weight <= 1)))
    throw new EvaluationError(`--weights must be numbers from 0 to 1, not ${values.weights}.`);
  const sets: string[] = [ownTask, ...taskNames];
  const unknown = positionals.find((word) => !sets.includes(word));
  if (unknown) throw new EvaluationError(`There is no set ${unknown}; there are ${sets.join(', ')}.`);
  if (values.server && !process.env.DATABASE_URL)
    throw new EvaluationError('--server needs DATABASE_URL: npm run services:up, then . .services/env.');
  return {
    onServer: values.server ?? false,
    arms: [
      { name: 'lexical', vectorWeight: 0 },
      { name: 'vector', vectorWeight: 1 },
      { name: 'hybrid' },
      ...weights.map((vectorWeight) => ({ name: `hybrid ${vectorWeight}`, vectorWeight })),
    ],
    chosen: sets.filter((name) => positionals.length === 0 || positionals.includes(name)),
  };
}

async function main(): Promise<void> {
  const { onServer, arms, chosen } = readArguments();
  const folder = chosen.every((name) => name === ownTask) ? '' : evaluationFolder();
  const workers = new TextWorkerPool();
  const tokenizer = new LexicalTokenizer(workers);
  const settings = modelSettings();
  const embedder = await createEmbedder(settings, tokenizer, workers);
  const onArm = (about: string): void => void process.stderr.write(`${about}\n`);
  const tasks: TaskResult[] = [];
  for (const name of chosen) {
    const task = name === ownTask ? syntheticTask() : readTask(folder, name as TaskName);
    if (task) tasks.push(await evaluate(task, { tokenizer, embedder, onServer, arms, onArm }));
  }
  await workers.onApplicationShutdown();
  const earlier = lastRun();
  const database = onServer ? ('server' as const) : ('embedded' as const);
  const run = { at: new Date().toISOString(), database, embedder: embedder.model, bm25, tasks };
  const betterArm = againstBetterArm(run);
  const before = earlier ? againstRun(run, earlier) : [];
  print(tasks);
  printDifferences('Fusion against its better arm', betterArm);
  printDifferences('Against the run before', before);
  console.log(`Written: ${writeRun(run, evaluationPage(run, betterArm, before)).join(', ')}`);
}

await runCommand(main, usage);
