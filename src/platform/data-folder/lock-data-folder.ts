import { createHash } from 'node:crypto';
import { mkdir, realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of UNIX sockets end at 104 (macOS) or 108 bytes (Linux). */
const longestSocketPath = 100;
const answerWithinMs = 2_000;

export class DataFolderInUseError extends Error {
  constructor(folder: string, holder: string) {
    super(
      `The data folder ${folder} is in use by another Protostar (process ${holder}). ` +
        'Stop that one first, or set DATA_DIR to another folder.',
    );
    this.name = 'DataFolderInUseError';
  }
}

/**
 * Takes the folder for this process, making it when it is missing. The lock is a listening UNIX socket: the
 * system drops it with the process, `kill -9` included, so nothing stale can lock a folder out.
 * @returns a function that gives the folder back.
 */
export async function lockDataFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = await socketPath(folder);
  const holder = await whoHolds(path);
  if (holder) throw new DataFolderInUseError(folder, holder);
  await unlink(path).catch(ignoreMissing);
  const server = await listen(path).catch((error: NodeJS.ErrnoException) => {
    // Another process took it between the question and now.
    throw error.code === 'EADDRINUSE' ? new DataFolderInUseError(folder, 'that started just now') : error;
  });
  return () => new Promise((resolve) => server.close(() => resolve()));
}

async function socketPath(folder: string): Promise<string> {
  const inside = join(await realpath(folder), 'protostar.lock');
  if (process.platform === 'win32') return `\\\\.\\pipe\\protostar-${hash(inside)}`;
  return Buffer.byteLength(inside) <= longestSocketPath
    ? inside
    : join(tmpdir(), `protostar-${hash(inside)}.lock`);
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** The process id that answers on the socket; null when nobody does. */
function whoHolds(path: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(path);
    // A process that holds the socket but is stopped does not answer; it is alive all the same.
    socket.setTimeout(answerWithinMs, () => socket.destroy());
    socket.on('data', (bytes) => (answer += bytes.toString('utf8')));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(null);
      else reject(error);
    });
    socket.on('close', (failed) => failed || resolve(answer || 'unknown'));
  });
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(String(process.pid));
    });
    server.on('error', reject);
    server.listen(path, () => resolve(server.unref()));
  });
}
