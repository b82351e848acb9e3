import pg from 'pg';
import { makeWorld } from '../test/e2e/world.js';
import { listeningUrl } from '../test/listening-line.js';
import { waitFor } from '../test/wait-for.js';
import type { Outcome, SourceFile } from './ingest-files.js';
import type { StartingStore } from './ingest-stores.js';
import { instanceStarted, Processes } from './processes.js';

const uploadsAtOnce = 4;

interface Listing {
  data: { status: string; error: unknown }[];
}

/** The built product, an API and a knowledge worker: from the first upload to the last document that searches find. */
export async function ingestByProtostar(
  files: SourceFile[],
  embedder: { url: string; dimensions: number },
  store: StartingStore,
): Promise<Outcome> {
  const world = await makeWorld();
  await store.copyTo(new URL(world.env.DATABASE_URL!));
  const processes = new Processes(world.dataDir, {
    PATH: `${process.env.PATH}`,
    PORT: '0',
    LOG_LEVEL: 'info',
    ...world.env,
    OPENAI_BASE_URL: embedder.url,
    OPENAI_API_KEY: 'key',
    CHAT_MODEL: 'none',
    EMBEDDING_MODEL: 'bench',
    EMBEDDING_DIMENSIONS: String(embedder.dimensions),
  });
  try {
    const url = await processes.start('api', listeningUrl);
    await processes.start('knowledge-worker', instanceStarted);
    const collections = await (await fetch(`${url}/api/v1/collections?name=default`)).json();
    const path = `${url}/api/v1/collections/${(collections as { data: { id: string }[] }).data[0]!.id}/documents`;
    const startedAt = performance.now();
    await inTurns(files, uploadsAtOnce, (file) => upload(path, file));
    await waitFor(
      async () => {
        const { data } = (await (await fetch(`${path}?limit=100`)).json()) as Listing;
        const failed = data.find(({ status }) => status === 'failed');
        if (failed) throw new Error(JSON.stringify(failed.error));
        return data.length === files.length && data.every(({ status }) => status === 'ready');
      },
      { timeoutMs: 900_000, what: 'all documents to be searchable' },
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    return { seconds, ...(await countsOf(world.env.DATABASE_URL!)) };
  } finally {
    await processes.end();
    await world.remove();
  }
}

async function upload(url: string, { name, bytes }: SourceFile): Promise<void> {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), name);
  const response = await fetch(url, { method: 'POST', body });
  if (response.status !== 202) throw new Error(`${name}: ${response.status} ${await response.text()}`);
}

/** Of what came from pages: the chunks that the store began with have none. */
async function countsOf(databaseUrl: string): Promise<{ pages: number; chunks: number }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ pages: number; chunks: number }>(
    `SELECT sum(last)::int AS pages, sum(chunks)::int AS chunks
     FROM (SELECT max(page) AS last, count(page) AS chunks FROM chunk WHERE page IS NOT NULL GROUP BY document_id)
       AS of_document`,
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
