import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { SearchScope, VectorQuery } from '../src/knowledge/application/passage-search.port.js';
import type { ScoredChunk } from '../src/knowledge/domain/fusion.js';
import type { VectorPlan } from '../src/knowledge/domain/vector-plan.js';
import { PgvectorVectorArm } from '../src/knowledge/infrastructure/pgvector-vector-arm.js';
import { PostgresVectorIndexes } from '../src/knowledge/infrastructure/postgres-vector-indexes.js';
import { SilentLogger } from '../test/fakes/silent-logger.js';
import { openTestDatabase, type TestDatabase } from '../test/integration/database.js';
import { buckets, ClusteredVectors } from '../test/builders/clustered-vectors.js';
import { percentile } from './retrieval-metrics.js';

/*
 * The vector arm on the PostgreSQL of DATABASE_URL: what each plan costs and finds at each selectivity, which one the
 * product chooses, and how far that is from the fastest that finds .999 of the ten nearest.
 * Usage: DATABASE_URL=postgres://... npm run bench:search [-- <chunks>x<dimensions>] [<questions>] [<share>%...]
 */

const selectivities = [0.1, 0.5, 1, 5, 10, 25, 50, 100];
const wanted = 10;
const neededRecall = 0.999;
/** As deep as a search looks for its ten passages. */
const limit = 100;

const fixedPlans: Record<string, VectorPlan> = {
  'by-document': { method: 'by-document', depth: limit },
  scanned: { method: 'scanned', depth: 5_000 },
  'indexed 150': { method: 'indexed', depth: 150 },
  'indexed 300': { method: 'indexed', depth: 300 },
  'indexed 600': { method: 'indexed', depth: 600 },
  'indexed 1000': { method: 'indexed', depth: 1_000 },
};

interface Case {
  by: 'metadata' | 'collection, own topic' | 'collection, any topic';
  percent: number;
  scope: SearchScope;
  chunksInScope: number;
  question: () => Float32Array;
}

interface Result {
  by: string;
  percent: number;
  plan: string;
  recall10: number;
  answered: number;
  p50Ms: number;
  p95Ms: number;
  methods?: Record<string, number>;
}

class VectorBench {
  private readonly arm: PgvectorVectorArm;

  constructor(
    private readonly opened: TestDatabase,
    private readonly vectors: ClusteredVectors,
  ) {
    this.arm = new PgvectorVectorArm(opened.database, opened.transaction);
  }

  cases(): Case[] {
    const { vectors } = this;
    const ids = vectors.collections.map(({ id }) => id);
    const scope = (collectionIds: string[], bucket?: number): SearchScope => ({
      ownerId: vectors.ownerId,
      collectionIds,
      filter: bucket === undefined ? null : { type: 'lt', key: 'bucket', value: bucket },
    });
    return selectivities.flatMap((percent, at): Case[] => {
      const chunksInScope = Math.round((vectors.chunks * percent) / 100);
      const byCollection = { percent, scope: scope(ids.slice(0, at + 1)), chunksInScope };
      if (percent === 100) return [{ ...byCollection, by: 'metadata', question: () => vectors.question() }];
      return [
        {
          by: 'metadata',
          percent,
          scope: scope(ids, (percent / 100) * buckets),
          chunksInScope: vectors.chunks,
          question: () => vectors.question(),
        },
        { ...byCollection, by: 'collection, own topic', question: () => vectors.question(at + 1) },
        { ...byCollection, by: 'collection, any topic', question: () => vectors.question() },
      ];
    });
  }

  /** Each plan in turns, so that what else the machine does falls on all alike. */
  async measure(one: Case, questions: number): Promise<Result[]> {
    const names = [...Object.keys(fixedPlans), 'chosen'];
    const durations = new Map(names.map((name) => [name, [] as number[]]));
    const recalls = new Map(names.map((name) => [name, [] as number[]]));
    const answered = new Map(names.map((name) => [name, 0]));
    const methods: Record<string, number> = {};
    for (let count = 0; count < questions; count++) {
      const query = {
        model: this.vectors.model,
        embedding: one.question(),
        chunksInScope: one.chunksInScope,
      };
      const nearest = (await this.run('by-document', one.scope, query))!.slice(0, wanted);
      for (const name of names) {
        const start = performance.now();
        const found = await this.run(name, one.scope, query, methods);
        durations.get(name)!.push(performance.now() - start);
        recalls.get(name)!.push(recall(found ?? [], nearest));
        if (found) answered.set(name, answered.get(name)! + 1);
      }
    }
    return names.map((name) => ({
      by: one.by,
      percent: one.percent,
      plan: name,
      recall10: mean(recalls.get(name)!),
      answered: answered.get(name)! / questions,
      p50Ms: percentile(durations.get(name)!, 0.5),
      p95Ms: percentile(durations.get(name)!, 0.95),
      ...(name === 'chosen' && { methods }),
    }));
  }

  private async run(
    name: string,
    scope: SearchScope,
    query: VectorQuery,
    methods: Record<string, number> = {},
  ): Promise<ScoredChunk[] | undefined> {
    if (name === 'chosen') {
      const { chunks, plan } = await this.arm.nearest(scope, query, limit);
      const { method, depth, tooShort } = plan as unknown as VectorPlan & { tooShort: VectorPlan[] };
      const way = [...tooShort, { method, depth }]
        .map((each) => `${each.method} ${each.depth}`)
        .join(', then ');
      methods[way] = (methods[way] ?? 0) + 1;
      return chunks;
    }
    return this.opened.transaction.run(async () => {
      const indexes = await this.arm.usableIndexes(query);
      return this.arm.run(fixedPlans[name]!, { scope, query, limit, indexes });
    });
  }
}

function recall(found: ScoredChunk[], nearest: ScoredChunk[]): number {
  if (nearest.length === 0) return 1;
  const ids = new Set(found.slice(0, nearest.length).map(({ id }) => id));
  return nearest.filter(({ id }) => ids.has(id)).length / nearest.length;
}

const mean = (numbers: number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

function report(results: Result[]): void {
  const fastEnough = results.filter(
    ({ recall10, answered, plan }) => plan !== 'chosen' && answered === 1 && recall10 >= neededRecall,
  );
  const fastest = Math.min(...fastEnough.map(({ p95Ms }) => p95Ms));
  console.log(`\n${results[0]!.percent} % by ${results[0]!.by}`);
  console.table(
    results.map(({ plan, recall10, answered, p50Ms, p95Ms }) => ({
      plan,
      'recall@10': recall10.toFixed(4),
      'answered %': (100 * answered).toFixed(0),
      'p50 ms': p50Ms.toFixed(1),
      'p95 ms': p95Ms.toFixed(1),
      'of the fastest': (p95Ms / fastest).toFixed(2),
    })),
  );
  console.log(results.at(-1)!.methods);
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const size = words.find((word) => /^\d+x\d+$/.test(word)) ?? '50000x384';
  const questions = Number(words.find((word) => /^\d+$/.test(word)) ?? 50);
  const shares = words.filter((word) => word.endsWith('%')).map((word) => Number(word.slice(0, -1)));
  const [chunks, dimensions] = size.split('x').map(Number) as [number, number];
  const opened = await openTestDatabase(true);
  try {
    const vectors = new ClusteredVectors(opened.database, chunks, dimensions);
    let startedAt = performance.now();
    await vectors.write();
    console.log(`${chunks} x ${dimensions} written in ${seconds(startedAt)} s`);
    await opened.database.execute('ANALYZE');
    startedAt = performance.now();
    const keeper = new PostgresVectorIndexes(
      opened.connection,
      opened.database,
      { vectorIndexRows: 10_000, vectorIndexMemoryMb: 256 },
      new SilentLogger(),
    );
    const state = await keeper.keep({ model: vectors.model, dimensions }, new AbortController().signal);
    console.log(`Indexed in ${seconds(startedAt)} s`, state);
    const bench = new VectorBench(opened, vectors);
    const all: Result[] = [];
    for (const one of bench.cases()) {
      if (shares.length > 0 && !shares.includes(one.percent)) continue;
      await bench.measure(one, 3);
      // exact plans recall everything: fewer questions tell how fast they are
      const results = await bench.measure(one, one.percent < 25 ? Math.ceil(questions / 2) : questions);
      report(results);
      all.push(...results);
    }
    mkdirSync('bench/results', { recursive: true });
    writeFileSync(
      'bench/results/vector-search.json',
      JSON.stringify({ size, questions, results: all }, null, 2),
    );
  } finally {
    await opened.close();
  }
}

const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(1);

await main();
