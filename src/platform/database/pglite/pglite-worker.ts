import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { PgliteReply, PgliteRequest, PgliteWorkerData } from './pglite-messages.js';

// The thread that PGlite lives in: PostgreSQL in WebAssembly runs on its caller's event loop, and a bulk load or
// an index build would stop everything else for seconds.

if (!parentPort) throw new Error('pglite-worker runs as a worker thread only.');
const port = parentPort;

const { dataDir, loadDataDir } = workerData as PgliteWorkerData;
const database = await PGlite.create({
  dataDir,
  extensions: { vector },
  ...(loadDataDir ? { loadDataDir: new Blob([loadDataDir]) } : {}),
});
// BullMQ's PostgreSQL backend names its tables without a schema; the one session serves everybody.
await database.exec('SET search_path TO public, bullmq');

const send = (reply: PgliteReply, transfer: ArrayBuffer[] = []): void => port.postMessage(reply, transfer);

async function answer(request: PgliteRequest): Promise<void> {
  switch (request.kind) {
    case 'protocol': {
      const bytes = await database.execProtocolRaw(request.bytes);
      const copy = new Uint8Array(bytes);
      send({ id: request.id, bytes: copy }, [copy.buffer]);
      return;
    }
    case 'dump': {
      const dump = await database.dumpDataDir('none');
      const bytes = new Uint8Array(await dump.arrayBuffer());
      send({ id: request.id, bytes }, [bytes.buffer]);
      return;
    }
    case 'close':
      await database.close();
      send({ id: request.id, bytes: new Uint8Array() });
      port.close();
  }
}

port.on('message', (request: PgliteRequest) => {
  answer(request).catch((error: unknown) => {
    send({ id: request.id, error: error instanceof Error ? error.message : String(error) });
  });
});
send({ id: 0, bytes: new Uint8Array() });
