import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Connection, ConnectionError, pauseFor, ServerError } from './connection.js';

const readyWithinMs = 180_000;
const stopWithinMs = 30_000;
const pollMs = 200;
const keptLines = 20;

/** A server that this process has started and will end. */
export interface LocalServer {
  url: string;
  /** Ends it as SIGTERM does: in order. */
  stop(): Promise<void>;
}

/**
 * Starts the all-in-one server with this process's environment and waits until it is ready.
 * @param entry the compiled entry point.
 * @throws Error with what the server said when it ends before that.
 */
export async function startLocalServer(entry: string, signal: AbortSignal): Promise<LocalServer> {
  // In a group of its own: Ctrl-C is for the answer, not for the server below it.
  const child = spawn(process.execPath, [entry], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): Promise<void> => stopChild(child);
  try {
    const url = await urlOf(child, signal);
    await untilReady(new Connection(url), signal);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whether a Protostar answers there. Something else on that port is an error. */
export async function isRunning(connection: Connection): Promise<boolean> {
  try {
    await connection.request('GET', '/health/live', { signal: AbortSignal.timeout(5_000) });
    return true;
  } catch (error) {
    if (error instanceof ConnectionError) return false;
    throw new Error(`${connection.url} answers, but not as Protostar does.`, { cause: error });
  }
}

/** The server prints where it listens, which with PORT=0 nobody can know before. */
async function urlOf(child: ChildProcess, signal: AbortSignal): Promise<string> {
  const lines: string[] = [];
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`The server could not be started (exit code ${String(code)}):\n${lines.join('\n')}`);
  });
  const found = new Promise<string>((resolve) => {
    const onLine = (line: string): void => {
      const match = /^\s*API\s+(https?:\/\/\S+)\/api\/v1/.exec(line);
      if (match) resolve(match[1]!);
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
    };
    for (const output of [child.stdout, child.stderr]) {
      if (output) createInterface({ input: output }).on('line', onLine);
    }
  });
  return Promise.race([found, ended]);
}

async function untilReady(connection: Connection, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    try {
      await connection.request('GET', '/health/ready', { signal });
      return;
    } catch (error) {
      const starting = error instanceof ServerError || error instanceof ConnectionError;
      if (!starting || Date.now() > deadline) throw error;
      await pauseFor(pollMs, signal);
    }
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await exited;
  clearTimeout(patience);
}
