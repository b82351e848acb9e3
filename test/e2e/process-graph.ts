import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ComposeText, millisecondsOf, type ComposeService } from '../compose-file.js';
import { waitFor } from '../wait-for.js';
import { NameServer } from './name-server.js';

/** One container of the file as a process: its program, its variables, its files, on a loopback address of its own. */
export interface GraphProcess {
  service: string;
  address: string;
  process: ChildProcess;
  output: string[];
  exited: Promise<number | null>;
}

export interface ProcessGraphOptions {
  /** What `docker/.env` would hold, and what else chooses in the file. */
  variables: Record<string, string>;
  /** Leads to the stores, whose containers are not started: the servers of the test stand for them. */
  stores: Record<string, string>;
  /** What `docker/protostar.env` would hold. */
  settings: Record<string, string>;
  /** The program of the proxy. */
  caddy: string;
}

const file = 'docker/compose.yaml';

/**
 * Starts what docker/compose.yaml describes without a container engine: the image's entry point with each service's
 * command and variables, so often as it says, in the order of `depends_on`, each healthy by its own check before the
 * next begins. A loopback address stands for a container's, so that all may listen on the same port; names of
 * containers are answered by a name server of the test's own.
 */
export class ProcessGraph {
  readonly processes: GraphProcess[] = [];
  /** Services in the order in which they were healthy, or had ended well. */
  readonly settled: string[] = [];
  private readonly services: Record<string, ComposeService>;
  private readonly names = new NameServer();
  private readonly network = `127.${100 + (process.pid % 100)}.${(process.pid >> 8) % 250}`;
  private lastHost = 0;
  private folder = '';
  private entrypoint: string[] = [];

  constructor(private readonly options: ProcessGraphOptions) {
    this.services = new ComposeText(file).resolve(options.variables).services;
  }

  async start(): Promise<void> {
    this.folder = await imageTree();
    this.entrypoint = await entrypointOfImage();
    await this.names.start();
    for (const store of ['postgres', 'valkey', 'objects']) this.settled.push(store);
    const waiting = new Set(
      Object.keys(this.services).filter(
        (name) => !this.settled.includes(name) && !this.services[name]!.profiles,
      ),
    );
    while (waiting.size > 0) {
      const ready = [...waiting].filter((name) =>
        Object.keys(this.services[name]!.depends_on ?? {}).every((other) => this.settled.includes(other)),
      );
      if (ready.length === 0) throw new Error(`${[...waiting].join(', ')} wait for each other.`);
      await Promise.all(ready.map((name) => this.startService(name)));
      for (const name of ready) {
        waiting.delete(name);
        this.settled.push(name);
      }
    }
  }

  of(service: string): GraphProcess[] {
    return this.processes.filter((process) => process.service === service);
  }

  /** `docker compose run --rm SERVICE ARGUMENT…`. @returns what it printed. */
  async run(service: string, args: string[]): Promise<string> {
    const [program, ...first] = this.services[service]!.entrypoint!;
    const once = this.spawn(service, program!, [...first, ...args]);
    const code = await once.exited;
    if (code !== 0) throw new Error(`${service} ended (${code}):\n${once.output.join('\n')}`);
    return once.output.join('\n');
  }

  /** Where the proxy listens. */
  get proxyUrl(): string {
    return `http://127.0.0.1:${this.options.variables.HTTP_PORT}`;
  }

  /** `docker compose down`: dependants first, each within its `stop_grace_period`. @returns exit codes by service. */
  async stop(): Promise<[service: string, code: number | null][]> {
    const codes: [string, number | null][] = [];
    for (const name of this.settled.toReversed()) {
      const alive = this.of(name).filter(isAlive);
      const limitMs = millisecondsOf(this.services[name]!.stop_grace_period ?? '10s');
      for (const { process: child } of alive) child.kill('SIGTERM');
      const killer = setTimeout(() => alive.forEach(({ process: child }) => child.kill('SIGKILL')), limitMs);
      for (const { exited } of alive) codes.push([name, await exited]);
      clearTimeout(killer);
    }
    return codes;
  }

  /** Whatever has happened before. */
  async end(): Promise<void> {
    const alive = this.processes.filter(isAlive);
    for (const { process: child } of alive) child.kill('SIGKILL');
    await Promise.all(alive.map(({ exited }) => exited));
    this.names.stop();
    if (this.folder) await rm(this.folder, { recursive: true });
  }

  private async startService(name: string): Promise<void> {
    const service = this.services[name]!;
    if (name === 'proxy') await this.startProxy();
    else {
      const copies = Number(service.deploy.replicas ?? 1);
      for (let copy = 0; copy < copies; copy++)
        this.spawn(name, this.entrypoint[0]!, [...this.entrypoint.slice(1), ...service.command!]);
    }
    const processes = this.of(name);
    this.names.set(
      name,
      processes.map(({ address }) => address),
    );
    if (service.restart === 'no') {
      const [only] = processes;
      const code = await only!.exited;
      if (code !== 0) throw new Error(`${name} ended (${code}):\n${only!.output.join('\n')}`);
    } else await Promise.all(processes.map((process) => this.untilHealthy(process)));
  }

  private spawn(service: string, program: string, args: string[]): GraphProcess {
    const address = `${this.network}.${++this.lastHost}`;
    const child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd: this.folder,
      env: this.environmentOf(service, address),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => output.push(line));
    const exited = once(child, 'close').then(([code]) => code as number | null);
    const started = { service, address, process: child, output, exited };
    this.processes.push(started);
    return started;
  }

  /** A container has its own variables and nothing of the machine's. */
  private environmentOf(service: string, address: string): Record<string, string> {
    const { environment = {}, env_file: files } = this.services[service]!;
    return {
      PATH: process.env.PATH ?? '',
      ...(files ? this.options.settings : {}),
      ...environment,
      ...('DATABASE_URL' in environment ? { ...this.options.stores, HOST: address } : {}),
    };
  }

  /** The configuration of the repository; changed are the name server that it asks and the address of its check. */
  private async startProxy(): Promise<void> {
    const caddyfile = join(this.folder, 'Caddyfile');
    const checkAddress = `${this.network}.${this.lastHost + 1}`;
    const text = (await readFile('docker/Caddyfile', 'utf8'))
      .replace('name api', `name api\n\t\t\tresolvers ${this.names.address}`)
      .replace('bind 127.0.0.1', `bind ${checkAddress}`);
    await writeFile(caddyfile, text);
    const service = this.services.proxy!;
    service.environment = {
      ...service.environment,
      SITE_ADDRESS: `:${this.options.variables.HTTP_PORT}`,
      XDG_CONFIG_HOME: join(this.folder, 'config'),
      XDG_DATA_HOME: join(this.folder, 'data'),
    };
    this.spawn('proxy', this.options.caddy, ['run', '--config', caddyfile, '--adapter', 'caddyfile']);
  }

  /** By the check of the file. */
  private async untilHealthy(started: GraphProcess): Promise<void> {
    const [, program, ...args] = this.services[started.service]!.healthcheck.test!;
    await waitFor(
      async () => {
        if (!isAlive(started))
          throw new Error(`${started.service} ended:\n${started.output.slice(-20).join('\n')}`);
        const check = spawn(
          program === 'node' ? process.execPath : program!,
          args.map((arg) => arg.replace('http://127.0.0.1:', `http://${started.address}:`)),
          {
            cwd: this.folder,
            env: this.environmentOf(started.service, started.address),
            stdio: 'ignore',
          },
        );
        const [code] = (await once(check, 'exit')) as [number | null];
        return code === 0;
      },
      { timeoutMs: 90_000, what: `${started.service} to be healthy` },
    );
  }
}

const isAlive = ({ process: { exitCode, signalCode } }: GraphProcess): boolean =>
  exitCode === null && signalCode === null;

/** What the image holds, by the same names. */
async function imageTree(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'protostar-image-'));
  await mkdir(join(folder, 'docker'));
  for (const path of [
    'package.json',
    'prompts',
    'node_modules',
    'dist',
    'docker/healthcheck.mjs',
    'docker/objects.mjs',
  ])
    await symlink(resolve(path), join(folder, path));
  return folder;
}

async function entrypointOfImage(): Promise<string[]> {
  const [, json] = /^ENTRYPOINT (\[.*\])$/m.exec(await readFile('docker/Dockerfile', 'utf8')) ?? [];
  return JSON.parse(json!) as string[];
}
