import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { template } from '../integration/database.js';

const run = promisify(execFile);

export interface Protostar {
  url: string;
  dataDir: string;
  /** Lines of the process's output so far. */
  output: string[];
  process: ChildProcess;
  /** SIGTERM, then waits for the exit. @returns the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, then waits for the exit. */
  kill(): Promise<void>;
}

/** What this file's tests have made; a data folder takes 40 MB. */
const made = { dataDirs: [] as string[], processes: [] as ChildProcess[] };

/** Runs before the file's own `afterAll`: what still lives then is not needed any more, a failed test's least of all. */
afterAll(async () => {
  const alive = made.processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  const gone = alive.map((child) => once(child, 'exit'));
  for (const child of alive) child.kill('SIGKILL');
  await Promise.all(gone);
  await Promise.all(made.dataDirs.map((dataDir) => rm(dataDir, { recursive: true, force: true })));
});

/** An empty data folder with a database that is already initialised: the first start then takes a second. */
export async function seededDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'protostar-e2e-'));
  made.dataDirs.push(dataDir);
  const tar = join(dataDir, 'template.tar');
  await writeFile(tar, Buffer.from(await template()));
  await mkdir(join(dataDir, 'database'));
  await run('tar', ['-xf', tar, '-C', join(dataDir, 'database')]);
  await rm(tar);
  return dataDir;
}

/** Starts the built all-in-one process and waits until it listens. */
export async function startProtostar(
  options: { dataDir?: string; env?: Record<string, string>; entry?: string } = {},
): Promise<Protostar> {
  const entry = resolve(options.entry ?? 'dist/main/standalone.js');
  if (!existsSync(entry)) throw new Error(`${entry} is not there: run "npm run build" first.`);
  const dataDir = options.dataDir ?? (await seededDataDir());
  const child = spawn(process.execPath, [entry], {
    // Away from the project, so that a developer's .env does not change what is tested.
    cwd: dataDir,
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'info', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  made.processes.push(child);
  const output: string[] = [];
  const exited = once(child, 'exit');
  const url = await new Promise<string>((found, failed) => {
    const onLine = (line: string): void => {
      output.push(line);
      const listening = /"url":"(http:[^"]+)".*"msg":"http\.listening"/.exec(line);
      if (listening?.[1]) found(listening[1]);
    };
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', onLine);
    void exited.then(([code]) => failed(new Error(`The process ended (${code}):\n${output.join('\n')}`)));
  });
  const gone = async (): Promise<number | null> => ((await exited) as [number | null])[0];
  return {
    url,
    dataDir,
    output,
    process: child,
    stop() {
      child.kill('SIGTERM');
      return gone();
    },
    async kill() {
      child.kill('SIGKILL');
      await gone();
    },
  };
}

/** A JSON answer: tests judge what is in it, and a wrong shape fails them. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

/** A request with JSON in and out. */
export async function call(
  server: { url: string },
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: Json }> {
  const response = await fetch(server.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text ? JSON.parse(text) : text,
  };
}
