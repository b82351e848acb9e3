import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Caller } from '../src/shared/caller.js';
import { SearchPassagesService } from '../src/knowledge/application/search-passages.service.js';
import { PgvectorPassageSearch } from '../src/knowledge/infrastructure/pgvector-passage-search.js';
import { PostgresVectorIndexes } from '../src/knowledge/infrastructure/postgres-vector-indexes.js';
import { toScaledHalfvec } from '../src/platform/database/scaled-halfvec.js';
import { HashedEmbedder } from '../src/platform/models/hashed-embedder.js';
import { LexicalTokenizer } from '../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../src/platform/text/text-worker-pool.js';
import { SilentLogger } from '../test/fakes/silent-logger.js';
import { openTestDatabase, type TestDatabase } from '../test/integration/database.js';
import { EvaluationError } from './evaluation-data.js';
import { page, plot, table } from './page-parts.js';
import { percentile } from './retrieval-metrics.js';
import { runCommand } from './run-command.js';
import { indexTexts, InventedTexts } from './search-corpus.js';

const usage = `DATABASE_URL=postgres://... npm run bench:growth [-- [<chunks>...] [--questions <count>]]

What the whole hybrid search costs (words of the question, both arms, fusion, passages) beside an exact search for the
nearest vectors of the same rows, as a store grows; on a database of its own, one size after another.
Without sizes: 9600 50000 200000. 40 questions each, in turns.
`;

const chunksPerDocument = 40;
const questionWords = 8;

/** In milliseconds. */
interface Point {
  chunks: number;
  indexSeconds: number;
  megabytes: number;
  exact: { p50: number; p95: number };
  hybrid: { p50: number; p95: number };
  /** Of each step of the search, p50. Arms run beside each other. */
  steps: Record<string, number>;
}

/** Nothing but the vectors: no owner's documents are looked at, no passage is loaded. */
const exactNearest = `
  SELECT chunk_id FROM chunk_embedding
  WHERE owner_id = $1 AND model = $2
  ORDER BY embedding <#> l2_normalize($3::halfvec)
  LIMIT 10`;

class GrowthBench {
  private readonly workers = new TextWorkerPool();
  private readonly tokenizer = new LexicalTokenizer(this.workers);
  private readonly embedder = new HashedEmbedder(this.tokenizer, this.workers);

  async measure(chunks: number, questions: number): Promise<Point> {
    const opened = await openTestDatabase(true);
    try {
      const texts = new InventedTexts();
      const startedAt = performance.now();
      const ownerId = await this.fill(opened, texts, chunks);
      const indexSeconds = (performance.now() - startedAt) / 1_000;
      const search = new SearchPassagesService(
        new PgvectorPassageSearch(opened.database, opened.transaction),
        this.tokenizer,
        this.embedder,
        new SilentLogger(),
      );
      const [exact, hybrid]: [number[], number[]] = [[], []];
      const steps = new Map<string, number[]>();
      for (let count = -3; count < questions; count++) {
        const query = texts.question(questionWords);
        const exactMs = await this.timed(() => this.exact(opened, ownerId, query));
        const caller: Caller = { ownerId, role: 'user' };
        let timings: Record<string, number> = {};
        const hybridMs = await this.timed(async () => {
          const { trace } = await search.search(caller, { query, limit: 10, trace: true });
          timings = (trace as { timingsMs: Record<string, number> }).timingsMs;
        });
        // The first few find nothing in any cache.
        if (count < 0) continue;
        exact.push(exactMs);
        hybrid.push(hybridMs);
        for (const [step, ms] of Object.entries(timings)) steps.set(step, [...(steps.get(step) ?? []), ms]);
      }
      return {
        chunks,
        indexSeconds,
        megabytes: await sizeOf(opened),
        exact: spread(exact),
        hybrid: spread(hybrid),
        steps: Object.fromEntries([...steps].map(([step, ms]) => [step, percentile(ms, 0.5)])),
      };
    } finally {
      await opened.close();
    }
  }

  close(): Promise<void> {
    return this.workers.onApplicationShutdown();
  }

  /** Most of the chunks are the asking owner's, the rest somebody else's. */
  private async fill(opened: TestDatabase, texts: InventedTexts, chunks: number): Promise<string> {
    const { tokenizer, embedder } = this;
    const ownerId = await indexTexts({ opened, tokenizer, embedder }, texts, { chunks, chunksPerDocument });
    await opened.database.execute('ANALYZE');
    const indexes = new PostgresVectorIndexes(
      opened.connection,
      opened.database,
      { vectorIndexRows: 10_000, vectorIndexMemoryMb: 512 },
      new SilentLogger(),
    );
    await indexes.keep(
      { model: embedder.model, dimensions: embedder.dimensions },
      new AbortController().signal,
    );
    return ownerId;
  }

  private async exact({ database }: TestDatabase, ownerId: string, query: string): Promise<void> {
    const embedding = await this.embedder.embedQuery(query);
    await database.query(exactNearest, [ownerId, this.embedder.model, toScaledHalfvec(embedding)]);
  }

  private async timed(work: () => Promise<void>): Promise<number> {
    const start = performance.now();
    await work();
    return performance.now() - start;
  }
}

const spread = (ms: number[]): { p50: number; p95: number } => ({
  p50: percentile(ms, 0.5),
  p95: percentile(ms, 0.95),
});

async function sizeOf({ database }: TestDatabase): Promise<number> {
  const [row] = await database.query<{ bytes: string }>(
    'SELECT pg_database_size(current_database())::text AS bytes',
  );
  return Number(row!.bytes) / 1024 ** 2;
}

const ms = (value: number): string => value.toFixed(1);

const rowsOf = (points: Point[]): Record<string, string | number>[] =>
  points.map(({ chunks, indexSeconds, megabytes, exact, hybrid, steps }) => ({
    chunks,
    'indexed in s': indexSeconds.toFixed(0),
    MiB: megabytes.toFixed(0),
    'exact p50 ms': ms(exact.p50),
    'exact p95 ms': ms(exact.p95),
    'hybrid p50 ms': ms(hybrid.p50),
    'hybrid p95 ms': ms(hybrid.p95),
    'hybrid / exact, p50': (hybrid.p50 / exact.p50).toFixed(2),
    ...Object.fromEntries(Object.entries(steps).map(([step, value]) => [step, ms(value)])),
  }));

function pageOf(points: Point[]): string {
  const rows = rowsOf(points);
  const bars = points.flatMap(({ chunks, exact, hybrid }) =>
    [
      { label: 'exact nearest, p50', value: exact.p50 },
      { label: 'hybrid, p50', value: hybrid.p50 },
      { label: 'hybrid, p95', value: hybrid.p95 },
    ].map((bar) => ({ ...bar, group: `${chunks} chunks`, text: `${ms(bar.value)} ms` })),
  );
  const stepBars = points.flatMap(({ chunks, steps }) =>
    Object.entries(steps).map(([label, value]) => ({
      group: `${chunks} chunks`,
      label,
      value,
      text: `${ms(value)} ms`,
    })),
  );
  return page(
    'What a search costs as the store grows',
    `<h1>What a search costs as the store grows</h1>
${table(Object.keys(rows[0]!), rows.map(Object.values))}
${plot('Milliseconds a search', bars)}
${plot('Steps of the hybrid search, p50', stepBars)}`,
  );
}

function readArguments(): { sizes: number[]; questions: number } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { questions: { type: 'string', default: '40' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const sizes = positionals.length > 0 ? positionals.map(Number) : [9_600, 50_000, 200_000];
  const questions = Number(values.questions);
  if (![questions, ...sizes].every((value) => Number.isInteger(value) && value > 0))
    throw new EvaluationError('Sizes and --questions must be whole numbers above 0.');
  return { sizes, questions };
}

async function main(): Promise<void> {
  const { sizes, questions } = readArguments();
  const bench = new GrowthBench();
  const points: Point[] = [];
  try {
    for (const chunks of sizes) {
      console.error(`${chunks} chunks: indexing, then ${questions} questions`);
      points.push(await bench.measure(chunks, questions));
      console.table(rowsOf(points));
    }
  } finally {
    await bench.close();
  }
  mkdirSync('bench/results', { recursive: true });
  writeFileSync('bench/results/search-growth.json', JSON.stringify({ questions, points }, null, 2));
  writeFileSync('bench/results/search-growth.html', pageOf(points));
  console.log('bench/results/search-growth.html');
}

await runCommand(main, usage);
