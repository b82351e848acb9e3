import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LexicalTokenizer } from '../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../src/platform/text/text-worker-pool.js';
import { HashedEmbedder } from '../src/platform/models/hashed-embedder.js';
import { EvaluationError, evaluationFolder } from './evaluation-data.js';
import { locomoConversations } from './memory-conversations.js';
import { memoryPage } from './memory-page.js';
import {
  allCategories,
  measureConversation,
  summarise,
  type Measured,
  type MemoryRow,
} from './memory-run.js';
import { runCommand } from './run-command.js';

const usage = `EVAL_DATA=<folder> npm run bench:memory [-- [--every n] [conversation...]]

How much of the evidence for each question stands in the prompt that the product builds, at four budgets, beside the
full history, the original's scheme, the summary alone and BM25 with neighbours and session. LoCoMo's first three
conversations are tuned on, the others confirm. About a quarter of an hour on two cores.

  --every n   only every n-th question
  --help      this text
`;

function print(rows: MemoryRow[]): void {
  const overall = rows.filter(({ category }) => category === allCategories);
  for (const title of new Set(overall.map(({ set, split }) => `${set}, conversations ${split}`))) {
    const chosen = overall.filter(({ set, split }) => `${set}, conversations ${split}` === title);
    console.log(`${title}: ${chosen[0]!.questions} questions; evidence in the prompt, %`);
    console.table(
      chosen
        .toSorted((a, b) => a.budget - b.budget)
        .map(({ budget, method, any, all, mean, tokens, savedPercent, p50Ms, p95Ms }) => ({
          budget,
          method,
          any: any.toFixed(1),
          all: all.toFixed(1),
          mean: mean.toFixed(1),
          tokens: tokens.toFixed(0),
          'saved %': savedPercent.toFixed(1),
          'p50 ms': p50Ms?.toFixed(1) ?? '',
          'p95 ms': p95Ms?.toFixed(1) ?? '',
        })),
    );
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { every: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return console.log(usage);
  const every = Number(values.every ?? 1);
  if (!Number.isInteger(every) || every < 1)
    throw new EvaluationError(`--every must be a whole number from 1, not ${values.every}.`);
  const conversations = locomoConversations(evaluationFolder()).filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  const workers = new TextWorkerPool();
  const tokenizer = new LexicalTokenizer(workers);
  const embedder = new HashedEmbedder(tokenizer, workers);
  const measured: Measured[] = [];
  for (const conversation of conversations) {
    process.stderr.write(`${conversation.name}: ${conversation.turns.length} turns\n`);
    const questions = conversation.questions.filter((_, at) => at % every === 0);
    measured.push(
      ...(await measureConversation('LoCoMo', { ...conversation, questions }, { tokenizer, embedder })),
    );
  }
  await workers.onApplicationShutdown();
  const rows = summarise(measured);
  print(rows);
  const at = new Date().toISOString();
  mkdirSync('bench/results', { recursive: true });
  const name = `bench/results/memory-${at.replaceAll(':', '')}`;
  writeFileSync(`${name}.json`, `${JSON.stringify({ at, embedder: embedder.model, rows })}\n`);
  writeFileSync(`${name}.html`, memoryPage(at, embedder.model, rows));
  console.log(`Written: ${name}.json, ${name}.html`);
}

await runCommand(main, usage);
