import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { aPdf } from '../test/builders/pdf-fixture.js';
import { listeningUrl } from '../test/listening-line.js';
import { waitFor } from '../test/wait-for.js';
import { Random } from '../test/random.js';

/*
 * Pages a second from the first upload to the last document that searches find, beside a straightforward pipeline of
 * LangChain.js on the same files, embedder and PostgreSQL server; both in processes of their own, in turns.
 * Usage: npm run bench:ingest [-- <folder with PDFs>]      (servers: npm run services:up)
 */

const rounds = 3;
const dimensions = 384;
const uploadsAtOnce = 4;
const entry = fileURLToPath(import.meta.url);

interface SourceFile {
  name: string;
  bytes: Buffer;
}

interface Outcome {
  seconds: number;
  pages: number;
  chunks: number;
}

/** Prose of a limited vocabulary, as a handbook has it: 40 lines a page. */
function generatedFiles(): SourceFile[] {
  const random = new Random(4);
  const words = Array.from({ length: 3_000 }, () =>
    Array.from({ length: random.between(2, 4) }, () =>
      random.pick(['ka', 'lo', 'mi', 'ter', 'ran', 'su', 'ven', 'do', 'pel', 'ira']),
    ).join(''),
  );
  return Array.from({ length: 8 }, (_, file) => ({
    name: `handbook-${file}.pdf`,
    bytes: aPdf({
      pages: Array.from({ length: 60 }, () =>
        Array.from({ length: 40 }, () => {
          const line = Array.from({ length: 11 }, () => random.pick(words)).join(' ');
          return `${line[0]!.toUpperCase()}${line.slice(1)}.`;
        }),
      ),
    }),
  }));
}

async function filesOf(folder: string | undefined): Promise<SourceFile[]> {
  if (!folder) return generatedFiles();
  const names = (await readdir(folder)).filter((name) => name.toLowerCase().endsWith('.pdf'));
  if (names.length === 0) throw new Error(`There is no PDF in ${folder}.`);
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}

async function startChild(role: string, env: Record<string, string>): Promise<[ChildProcess, string]> {
  const child = fork(entry, [`--${role}`], { env: { ...process.env, ...env } });
  const [said] = (await once(child, 'message')) as [string];
  return [child, said];
}

const end = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};

/** The built product: an API and a knowledge worker. */
async function protostar(files: SourceFile[], embedderUrl: string): Promise<Outcome> {
  const { makeWorld } = await import('../test/e2e/world.js');
  const world = await makeWorld();
  const env = {
    PATH: `${process.env.PATH}`,
    PORT: '0',
    LOG_LEVEL: 'info',
    ...world.env,
    OPENAI_BASE_URL: embedderUrl,
    OPENAI_API_KEY: 'key',
    CHAT_MODEL: 'none',
    EMBEDDING_MODEL: 'bench',
    EMBEDDING_DIMENSIONS: String(dimensions),
  };
  const children: ChildProcess[] = [];
  const start = async (role: string, ready: (line: string) => string | undefined): Promise<string> => {
    const child = spawn(process.execPath, [resolve(`dist/main/${role}.js`)], {
      cwd: world.dataDir,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return new Promise((found, failed) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = ready(line);
        if (said !== undefined) found(said);
      });
      child.once('exit', (code) => failed(new Error(`${role} ended (${code})`)));
    });
  };
  try {
    const url = await start('api', listeningUrl);
    await start('knowledge-worker', (line) => /"msg":"instance\.started"/.exec(line)?.[0]);
    const collections = await (await fetch(`${url}/api/v1/collections?name=default`)).json();
    const path = `${url}/api/v1/collections/${(collections as { data: { id: string }[] }).data[0]!.id}/documents`;
    const startedAt = performance.now();
    await inTurns(files, uploadsAtOnce, (file) => upload(path, file));
    await waitFor(
      async () => {
        const { data } = (await (await fetch(`${path}?limit=100`)).json()) as {
          data: { status: string; error: unknown }[];
        };
        const failed = data.find(({ status }) => status === 'failed');
        if (failed) throw new Error(JSON.stringify(failed.error));
        return data.length === files.length && data.every(({ status }) => status === 'ready');
      },
      { timeoutMs: 900_000, what: 'all documents to be searchable' },
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    return { seconds, ...(await countsOf(world.env.DATABASE_URL!)) };
  } finally {
    await Promise.all(children.map(end));
    await world.remove();
  }
}

async function upload(url: string, { name, bytes }: SourceFile): Promise<void> {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), name);
  const response = await fetch(url, { method: 'POST', body });
  if (response.status !== 202) throw new Error(`${name}: ${response.status} ${await response.text()}`);
}

async function countsOf(databaseUrl: string): Promise<{ pages: number; chunks: number }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ pages: number; chunks: number }>(
    `SELECT sum(last)::int AS pages, sum(chunks)::int AS chunks
     FROM (SELECT max(page) AS last, count(*) AS chunks FROM chunk GROUP BY document_id) AS of_document`,
  );
  await client.end();
  return rows[0]!;
}

async function inTurns<T>(all: T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
    }),
  );
}

/** Loader, recursive splitter, embeddings, one INSERT a chunk into a table with its HNSW index. */
async function langchain(files: SourceFile[], embedderUrl: string): Promise<Outcome> {
  const child = fork(entry, ['--langchain'], { env: { ...process.env, BENCH_EMBEDDER: embedderUrl } });
  await once(child, 'message');
  child.send(files.map(({ name, bytes }) => ({ name, bytes: bytes.toString('base64') })));
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`LangChain's process ended (${code}).`);
  });
  const [outcome] = (await Promise.race([once(child, 'message'), died])) as [Outcome];
  died.catch(() => undefined);
  await end(child);
  return outcome;
}

async function langchainChild(): Promise<void> {
  const [{ OpenAIEmbeddings }, { RecursiveCharacterTextSplitter }, { default: parse }] = await Promise.all([
    import('@langchain/openai'),
    import('@langchain/textsplitters'),
    import('pdf-parse/lib/pdf-parse.js'),
  ]);
  process.send!('ready');
  const [given] = (await once(process, 'message')) as [{ name: string; bytes: string }[]];
  const embeddings = new OpenAIEmbeddings({
    model: 'bench',
    apiKey: 'key',
    encodingFormat: 'float',
    configuration: { baseURL: process.env.BENCH_EMBEDDER! },
  });
  // About the size of the product's chunks, so that both store as many.
  const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1_400, chunkOverlap: 200 });
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL! });
  await client.connect();
  await client.query(`
    CREATE TEMPORARY TABLE langchain_chunk (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(), text text, metadata jsonb, embedding vector(${dimensions}));
    CREATE INDEX ON langchain_chunk USING hnsw (embedding vector_cosine_ops)`);
  const startedAt = performance.now();
  let pages = 0;
  let chunks = 0;
  for (const { name, bytes } of given) {
    const parsed = await parse(Buffer.from(bytes, 'base64'));
    pages += parsed.numpages;
    const texts = await splitter.splitText(parsed.text);
    const vectors = await embeddings.embedDocuments(texts);
    for (const [position, text] of texts.entries()) {
      await client.query('INSERT INTO langchain_chunk (text, metadata, embedding) VALUES ($1, $2, $3)', [
        text,
        { name, position },
        JSON.stringify(vectors[position]),
      ]);
      chunks++;
    }
  }
  process.send!({ seconds: (performance.now() - startedAt) / 1_000, pages, chunks } satisfies Outcome);
}

/** The same vectors for both, of hashed words; a server of its own, so that its work is nobody's event loop. */
async function embedderChild(): Promise<void> {
  const { OpenAiServer } = await import('../test/openai-server.js');
  const server = await OpenAiServer.start();
  server.dimensions = dimensions;
  process.send!(server.baseUrl);
}

const median = (values: number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;

async function main(): Promise<void> {
  if (!process.env.DATABASE_URL && existsSync('.services/env')) process.loadEnvFile('.services/env');
  if (!process.env.DATABASE_URL) {
    console.error('The servers of production are not up: run "npm run services:up" first.');
    process.exit(2);
  }
  const [folder] = process.argv.slice(2);
  const files = await filesOf(folder);
  const [embedder, embedderUrl] = await startChild('embedder', {});
  const outcomes: Record<string, Outcome[]> = { protostar: [], langchain: [] };
  const { stagesOf } = await import('./ingest-stages.js');
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const [name, run] of Object.entries({ protostar, langchain })) {
        const outcome = await run(files, embedderUrl);
        outcomes[name]!.push(outcome);
        console.log(
          `${name.padEnd(10)} ${outcome.pages} pages, ${outcome.chunks} chunks in ${outcome.seconds.toFixed(1)} s: ` +
            `${(outcome.pages / outcome.seconds).toFixed(1)} pages/s`,
        );
      }
    }
    const rate = (name: string): number =>
      median(outcomes[name]!.map(({ pages, seconds }) => pages / seconds));
    const ratio = rate('protostar') / rate('langchain');
    console.log(`\nmedian of ${rounds}: ${ratio.toFixed(1)} times as many pages a second`);
    const stages = await stagesOf(files, embedderUrl);
    console.log('\nwhere the time goes, one file after another (ms a page)');
    for (const [stage, ms] of Object.entries(stages)) console.log(`  ${stage.padEnd(8)} ${ms.toFixed(2)}`);
    await mkdir('bench/results', { recursive: true });
    const report = {
      files: folder ? basename(folder) : 'generated',
      rounds,
      outcomes,
      ratio,
      millisecondsAPage: stages,
    };
    await writeFile('bench/results/ingest.json', JSON.stringify(report, null, 2));
  } finally {
    await end(embedder);
  }
}

const roles: Record<string, () => Promise<void>> = {
  '--embedder': embedderChild,
  '--langchain': langchainChild,
};
(globalThis as { protostarProfile?: 'services' }).protostarProfile = 'services';
await (roles[process.argv[2] ?? ''] ?? main)();
