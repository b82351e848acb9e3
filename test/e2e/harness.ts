import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { listeningUrl } from '../listening-line.js';
import { makeWorld, profile, type World } from './world.js';

export { makeWorld, profile, type World } from './world.js';

export interface Protostar {
  /** Of the first API. */
  url: string;
  /** Of each API. */
  urls: string[];
  world: World;
  /** Lines of all its processes' output so far. */
  output: string[];
  /** One on the embedded profile; on the services profile one for each role and copy, by `api`, `chat-worker`… */
  processes: { role: string; process: ChildProcess }[];
  /** SIGTERM, then waits for the exit. @returns the first exit code that is not 0, else 0. */
  stop(): Promise<number | null>;
  /** SIGKILL, then waits for the exit. */
  kill(): Promise<void>;
}

export interface StartOptions {
  world?: World;
  env?: Record<string, string>;
  /** A single process instead of the profile's own: the entry point in `dist/main`. */
  entry?: string;
  /** Of each role, on the services profile. */
  copies?: number;
}

const roles = ['api', 'chat-worker', 'knowledge-worker', 'summary-worker'];

/** What this file's tests have made; a data folder takes 40 MB. */
const made = { worlds: [] as World[], processes: [] as ChildProcess[] };

/** Runs before the file's own `afterAll`: what still lives then is not needed any more, a failed test's least of all. */
afterAll(async () => {
  const alive = made.processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  const gone = alive.map((child) => once(child, 'exit'));
  for (const child of alive) child.kill('SIGKILL');
  await Promise.all(gone);
  for (const world of made.worlds) await world.remove();
});

/** Stores that go with the test file. */
export async function newWorld(): Promise<World> {
  const world = await makeWorld();
  made.worlds.push(world);
  return world;
}

/** Starts the built product as its profile does, and waits until every process is up. */
export async function startProtostar(options: StartOptions = {}): Promise<Protostar> {
  const world = options.world ?? (await newWorld());
  const output: string[] = [];
  const all = entriesOf(options).map((role) => startProcess(role, { world, env: options.env, output }));
  const started = await Promise.all(all.map(({ up }) => up));
  const urls = started.filter((url) => url !== null);
  const signal = async (name: NodeJS.Signals, processes = all): Promise<number | null> => {
    for (const { process: child } of processes) child.kill(name);
    const codes = await Promise.all(processes.map(({ gone }) => gone()));
    return codes.find((code) => code !== 0) ?? 0;
  };
  /** Workers first: answers that drain can then still be read to their end. */
  const stop = async (): Promise<number | null> => {
    const workers = await signal(
      'SIGTERM',
      all.filter(({ role }) => role.endsWith('-worker')),
    );
    const others = await signal(
      'SIGTERM',
      all.filter(({ role }) => !role.endsWith('-worker')),
    );
    return workers || others;
  };
  return {
    url: urls[0]!,
    urls,
    world,
    output,
    processes: all,
    stop,
    kill: async () => void (await signal('SIGKILL')),
  };
}

const entriesOf = ({ entry, copies = 1 }: StartOptions): string[] => {
  if (entry) return [entry];
  return profile === 'embedded' ? ['standalone'] : roles.flatMap((role) => Array<string>(copies).fill(role));
};

/** @returns `up`: the URL of an API, null for a worker; rejects when the process ends instead. */
function startProcess(
  role: string,
  { world, env, output }: { world: World; env?: Record<string, string>; output: string[] },
): { role: string; process: ChildProcess; up: Promise<string | null>; gone: () => Promise<number | null> } {
  const entry = resolve(`dist/main/${role}.js`);
  if (!existsSync(entry)) throw new Error(`${entry} is not there: run "npm run build" first.`);
  const child = spawn(process.execPath, [entry], {
    // Away from the project, so that a developer's .env does not change what is tested.
    cwd: world.dataDir,
    env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'info', ...world.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  made.processes.push(child);
  const exited = once(child, 'exit');
  const isWorker = role.endsWith('-worker');
  const up = new Promise<string | null>((found, failed) => {
    const own: string[] = [];
    const onLine = (line: string): void => {
      output.push(line);
      own.push(line);
      const url = listeningUrl(line);
      if (url) found(url);
      if (isWorker && line.includes('"msg":"instance.started"')) found(null);
    };
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', onLine);
    void exited.then(([code]) => failed(new Error(`${role} ended (${code}):\n${own.join('\n')}`)));
  });
  const gone = async (): Promise<number | null> => ((await exited) as [number | null])[0];
  return { role, process: child, up, gone };
}

/** A JSON answer: tests judge what is in it, and a wrong shape fails them. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

/** Where requests go, and what goes with each of them. */
export interface Server {
  url: string;
  headers?: Record<string, string>;
}

/** A request with JSON in and out. */
export async function call(
  server: Server,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: Json }> {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...server.headers,
      ...headers,
    },
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
