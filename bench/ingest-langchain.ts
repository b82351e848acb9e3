import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Outcome, SourceFile } from './ingest-files.js';
import type { StartingStore } from './ingest-stores.js';
import { killed } from './kill-child.js';

/** The pipeline of `langchain-pipeline.ts`, in a process of its own. */
export function ingestByLangchain(
  files: SourceFile[],
  embedder: { url: string },
  store: StartingStore,
): Promise<Outcome> {
  return store.withCopy(async (database) => {
    const child = fork(fileURLToPath(new URL('./langchain-pipeline.js', import.meta.url)), [], {
      env: { PATH: process.env.PATH, BENCH_EMBEDDER: embedder.url, DATABASE_URL: database.href },
    });
    try {
      await once(child, 'message');
      child.send(files.map(({ name, bytes }) => ({ name, bytes: bytes.toString('base64') })));
      return await answerOf(child);
    } finally {
      await killed(child);
    }
  });
}

const answerOf = (child: ReturnType<typeof fork>): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    child.once('message', (outcome) => resolve(outcome as Outcome));
    child.once('exit', (code) => reject(new Error(`LangChain's process ended (${code}).`)));
  });
