import './on-services.js';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../src/platform/config/load-configuration.js';
import { ModelsConfig } from '../src/platform/config/models.config.js';
import { OpenAiEmbedder } from '../src/platform/models/openai-embedder.js';
import { filesOf, type Outcome, type SourceFile } from './ingest-files.js';
import { ingestByLangchain } from './ingest-langchain.js';
import { ingestByProtostar } from './ingest-protostar.js';
import { stagesOf } from './ingest-stages.js';
import { StartingStore } from './ingest-stores.js';
import { killed } from './kill-child.js';

/*
 * Pages a second from the first upload to the last document that searches find, beside a straightforward pipeline of
 * LangChain.js on the same files, embedder and PostgreSQL server; both in processes of their own, in turns. Once into
 * empty tables, and once into tables that hold chunks already, for a live HNSW index costs more the larger it is.
 * Usage: npm run bench:ingest [-- <folder with PDFs>]      (servers: npm run services:up)
 */

const rounds = 3;
const dimensions = 384;
/** Chunks in the tables of either side at the start. */
const fillings = [0, 20_000];

interface BenchEmbedder {
  url: string;
  dimensions: number;
}

const median = (values: number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;

const rateOf = ({ pages, seconds }: Outcome): number => pages / seconds;

const pipelines = { protostar: ingestByProtostar, langchain: ingestByLangchain };
type Outcomes = Record<keyof typeof pipelines, Outcome[]>;

async function compared(
  files: SourceFile[],
  embedder: BenchEmbedder,
  store: StartingStore,
): Promise<Outcomes> {
  const outcomes: Outcomes = { protostar: [], langchain: [] };
  for (let round = 1; round <= rounds; round++) {
    for (const name of ['protostar', 'langchain'] as const) {
      const outcome = await pipelines[name](files, embedder, store);
      outcomes[name].push(outcome);
      const { pages, chunks, seconds } = outcome;
      console.log(
        `${name.padEnd(10)} ${pages} pages, ${chunks} chunks in ${seconds.toFixed(1)} s: ` +
          `${rateOf(outcome).toFixed(1)} pages/s`,
      );
    }
  }
  return outcomes;
}

function stagesOfLangchain(outcomes: Outcome[]): Record<string, number> {
  const stages = Object.keys(outcomes[0]!.spent!);
  return Object.fromEntries(
    stages.map((stage) => [stage, median(outcomes.map(({ spent, pages }) => spent![stage]! / pages))]),
  );
}

/** One filling: the pages a second of each, how many times ours is, and what the stages of each take. */
async function measured(
  files: SourceFile[],
  embedder: BenchEmbedder,
  filled: number,
): Promise<Record<string, unknown>> {
  const config = loadConfiguration([ModelsConfig], {
    OPENAI_BASE_URL: embedder.url,
    OPENAI_API_KEY: 'key',
    CHAT_MODEL: 'none',
    EMBEDDING_MODEL: 'bench',
    EMBEDDING_DIMENSIONS: String(embedder.dimensions),
  }).get(ModelsConfig);
  const model = await OpenAiEmbedder.connect('bench', config);
  console.log(`\n${filled} chunks in the tables at the start`);
  const store = await StartingStore.filledWith(filled, model);
  try {
    const outcomes = await compared(files, embedder, store);
    const [own, theirs] = [outcomes.protostar, outcomes.langchain].map((all) => median(all.map(rateOf)));
    const ratio = own! / theirs!;
    const stages = {
      protostar: await store.withCopy((url) => stagesOf(files, model, url)),
      langchain: stagesOfLangchain(outcomes.langchain),
    };
    console.log(`median of ${rounds}: ${ratio.toFixed(2)} times as many pages a second`);
    console.log('where the time goes, one file after another (ms a page)');
    console.log(`  ${'stage'.padEnd(10)} ${'protostar'.padStart(10)} ${'langchain'.padStart(10)}`);
    for (const stage of Object.keys(stages.protostar)) {
      const [left, right] = [stages.protostar[stage], stages.langchain[stage]].map((ms) =>
        (ms === undefined ? '' : ms.toFixed(2)).padStart(10),
      );
      console.log(`  ${stage.padEnd(10)} ${left} ${right}`);
    }
    return { filled, outcomes, ratio, millisecondsAPage: stages };
  } finally {
    await store.remove();
  }
}

async function main(): Promise<void> {
  if (!process.env.DATABASE_URL && existsSync('.services/env')) process.loadEnvFile('.services/env');
  if (!process.env.DATABASE_URL) {
    console.error('The servers of production are not up: run "npm run services:up" first.');
    process.exit(2);
  }
  const [folder] = process.argv.slice(2);
  const files = await filesOf(folder);
  const embedder = fork(fileURLToPath(new URL('./ingest-embedder.js', import.meta.url)), [
    String(dimensions),
  ]);
  const [url] = (await once(embedder, 'message')) as [string];
  try {
    const variants: Record<string, unknown>[] = [];
    for (const filled of fillings) variants.push(await measured(files, { url, dimensions }, filled));
    await mkdir('bench/results', { recursive: true });
    const report = { files: folder ? basename(folder) : 'generated', rounds, variants };
    await writeFile('bench/results/ingest.json', JSON.stringify(report, null, 2));
  } finally {
    await killed(embedder);
  }
}

await main();
