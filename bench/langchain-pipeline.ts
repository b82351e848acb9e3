import { once } from 'node:events';
import { OpenAIEmbeddings } from '@langchain/openai';
import { RecursiveCharacterTextSplitter } from '@langchain/textsplitters';
import parse from 'pdf-parse/lib/pdf-parse.js';
import pg from 'pg';
import type { Outcome } from './ingest-files.js';
import { StageClock } from './stage-clock.js';

/*
 * Loader, recursive splitter, embeddings, one INSERT a chunk into a table with its HNSW index: what is written first.
 * A process of its own; its work is timed from when it has been handed the files, all modules loaded.
 */

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

process.send!('ready');
const [given] = (await once(process, 'message')) as [{ name: string; bytes: string }[]];

const clock = new StageClock();

const insert = async (name: string, texts: string[], vectors: number[][]): Promise<void> => {
  for (const [position, text] of texts.entries()) {
    await client.query('INSERT INTO langchain_chunk (text, metadata, embedding) VALUES ($1, $2, $3)', [
      text,
      { name, position },
      JSON.stringify(vectors[position]),
    ]);
  }
};

const startedAt = performance.now();
let pages = 0;
let chunks = 0;
for (const { name, bytes } of given) {
  const parsed = await clock.time('extract', () => parse(Buffer.from(bytes, 'base64')));
  pages += parsed.numpages;
  const texts = await clock.time('chunk', () => splitter.splitText(parsed.text));
  const vectors = await clock.time('embed', () => embeddings.embedDocuments(texts));
  await clock.time('insert', () => insert(name, texts, vectors));
  chunks += texts.length;
}
const seconds = (performance.now() - startedAt) / 1_000;
process.send!({ seconds, pages, chunks, spent: clock.spent } satisfies Outcome);
