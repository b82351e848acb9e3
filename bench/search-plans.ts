import 'reflect-metadata';
import { SearchPassagesService } from '../src/knowledge/application/search-passages.service.js';
import * as sql from '../src/knowledge/infrastructure/passage-search.sql.js';
import { PgvectorPassageSearch } from '../src/knowledge/infrastructure/pgvector-passage-search.js';
import type { Database } from '../src/platform/database/database.js';
import { HashedEmbedder } from '../src/platform/models/hashed-embedder.js';
import { LexicalTokenizer } from '../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../src/platform/text/text-worker-pool.js';
import { SilentLogger } from '../test/fakes/silent-logger.js';
import { openTestDatabase, type TestDatabase } from '../test/integration/database.js';
import { plainJoins } from './plain-joins.sql.js';
import { percentile } from './retrieval-metrics.js';
import { indexTexts, InventedTexts, type CorpusSize } from './search-corpus.js';

/*
 * What a search costs on an embedded database that nobody has gathered statistics of, with the product's statements
 * and with plain joins, side by side; and once more after ANALYZE.
 * Usage: npm run bench:joins [-- [--plans] [<chunks>x<chunks of a document>...]]
 */

const questionCount = 20;
const questionWords = 8;

interface Statement {
  text: string;
  parameters: unknown[];
}

/** Remembers the statements of a search; sends others in their place where told so. */
class RecordingDatabase {
  readonly statements: Statement[] = [];

  constructor(
    private readonly database: Database,
    private readonly instead: ReadonlyMap<string, string> = new Map(),
  ) {}

  query<Row>(text: string, parameters: unknown[] = []): Promise<Row[]> {
    const sent = this.instead.get(text) ?? text;
    this.statements.push({ text, parameters });
    return this.database.query<Row>(sent, parameters);
  }
}

const arms: [name: string, text: string][] = [
  ['lexical arm', sql.searchLexical('true')],
  ['vector arm', sql.searchVector('true')],
];

type Durations = Map<string, { product: number[]; plain: number[] }>;

class SearchBench {
  private readonly workers = new TextWorkerPool();
  private readonly tokenizer = new LexicalTokenizer(this.workers);
  private readonly embedder = new HashedEmbedder(this.tokenizer, this.workers);
  private readonly texts = new InventedTexts();
  private readonly product: RecordingDatabase;
  private readonly plain: RecordingDatabase;
  private ownerId = '';

  private constructor(private readonly opened: TestDatabase) {
    this.product = new RecordingDatabase(opened.database);
    this.plain = new RecordingDatabase(opened.database, plainJoins);
  }

  static async of(corpus: CorpusSize): Promise<SearchBench> {
    const bench = new SearchBench(await openTestDatabase());
    const { opened, tokenizer, embedder, texts } = bench;
    bench.ownerId = await indexTexts({ opened, tokenizer, embedder }, texts, corpus);
    return bench;
  }

  analyze(): Promise<number> {
    return this.opened.database.execute('ANALYZE');
  }

  async measure(): Promise<Durations> {
    const durations: Durations = new Map();
    for (let count = 0; count < questionCount; count++) {
      const question = this.texts.question(questionWords);
      await this.timed(durations, 'whole search', {
        product: () => this.search(this.product, question),
        plain: () => this.search(this.plain, question),
      });
      for (const [name, text] of arms) {
        const { parameters } = this.lastOf(text);
        await this.timed(durations, name, {
          product: () => this.run(text, parameters),
          plain: () => this.run(plainJoins.get(text)!, parameters),
        });
      }
    }
    return durations;
  }

  /** Of the last question: the nodes of each plan, with the rows of one loop and the number of loops. */
  async printPlans(): Promise<void> {
    for (const [name, text] of arms) {
      const { parameters } = this.lastOf(text);
      for (const [how, statement] of [
        ['product', text],
        ['plain joins', plainJoins.get(text)!],
      ] as const) {
        const rows = await this.run<Record<string, string>>(`EXPLAIN (ANALYZE) ${statement}`, parameters);
        const nodes = rows.map((row) => row['QUERY PLAN']!).filter((line) => /->|Execution Time/.test(line));
        const shape = nodes.map((line) => line.replace(/ \(cost=.*?\)| \(actual time=\S+ (.*)\)$/g, ' $1'));
        console.log(`${name}, ${how}\n${shape.join('\n')}\n`);
      }
    }
  }

  async close(): Promise<void> {
    await this.opened.close();
    await this.workers.onApplicationShutdown();
  }

  private async timed(
    durations: Durations,
    name: string,
    work: Record<'product' | 'plain', () => Promise<unknown>>,
  ): Promise<void> {
    const known = durations.get(name) ?? { product: [], plain: [] };
    durations.set(name, known);
    // in turns, for the second finds its pages in the cache
    const order = ['product', 'plain'] as const;
    for (const how of known.plain.length % 2 === 0 ? order : order.toReversed()) {
      const start = performance.now();
      await work[how]();
      known[how].push(performance.now() - start);
    }
  }

  private search(database: RecordingDatabase, query: string): Promise<unknown> {
    database.statements.length = 0;
    const index = new PgvectorPassageSearch(database as unknown as Database, this.opened.transaction);
    const service = new SearchPassagesService(index, this.tokenizer, this.embedder, new SilentLogger());
    return service.search({ ownerId: this.ownerId, role: 'user' }, { query, limit: 10 });
  }

  private run<Row>(text: string, parameters: unknown[]): Promise<Row[]> {
    return this.opened.transaction.run(async () => {
      await this.opened.database.query(sql.planForSearch);
      return this.opened.database.query<Row>(text, parameters);
    });
  }

  private lastOf(text: string): Statement {
    const statement = this.product.statements.findLast((one) => one.text === text);
    if (!statement) throw new Error('The search has not sent this statement.');
    return statement;
  }
}

function print(title: string, durations: Durations): void {
  console.log(title);
  console.table(
    [...durations].map(([name, { product, plain }]) => {
      const [productMs, plainMs] = [percentile(product, 0.5), percentile(plain, 0.5)];
      return {
        what: name,
        'p50 ms': productMs.toFixed(1),
        'plain joins, p50 ms': plainMs.toFixed(1),
        ratio: (plainMs / productMs).toFixed(1),
      };
    }),
  );
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const sizes = words.filter((word) => /^\d+x\d+$/.test(word));
  for (const size of sizes.length > 0 ? sizes : ['1000x50', '10000x50', '2000x2']) {
    const [chunks, chunksPerDocument] = size.split('x').map(Number) as [number, number];
    const bench = await SearchBench.of({ chunks, chunksPerDocument });
    const title = `${chunks} chunks, ${chunksPerDocument} to a document`;
    try {
      print(`${title}, no statistics`, await bench.measure());
      if (words.includes('--plans')) await bench.printPlans();
      await bench.analyze();
      print(`${title}, after ANALYZE`, await bench.measure());
    } finally {
      await bench.close();
    }
  }
}

await main();
