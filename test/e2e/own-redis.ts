import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { freePort } from '../free-port.js';
import { waitFor } from '../wait-for.js';

const run = promisify(execFile);

/** Debian's redis-tools brings the server under the name of its checker; it goes by the name that it is called with. */
const program = '/usr/bin/redis-check-rdb';

/** Redis servers and sentinels of one test's own, on free ports of 127.0.0.1. */
export class OwnRedis {
  private readonly processes: ChildProcess[] = [];

  private constructor(readonly folder: string) {}

  static async make(): Promise<OwnRedis> {
    const folder = await mkdtemp(join(tmpdir(), 'protostar-redis-'));
    for (const name of ['redis-server', 'redis-sentinel']) await symlink(program, join(folder, name));
    return new OwnRedis(folder);
  }

  /** Of the servers. */
  get pids(): number[] {
    return this.processes.map(({ pid }) => pid!);
  }

  /** @returns the port. */
  async server(lines: string[] = []): Promise<number> {
    const port = await freePort();
    await this.start('redis-server', [`port ${port}`, ...lines]);
    return port;
  }

  /** Speaks TLS alone. @returns the port and the certificate of the authority that vouches for it. */
  async tlsServer(): Promise<{ port: number; certificate: string }> {
    const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(this.folder, name));
    const options = `-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1
      -subj /CN=localhost -addext subjectAltName=DNS:localhost`.split(/\s+/);
    await run('openssl', ['req', ...options, '-keyout', key!, '-out', certificate!]);
    const port = await freePort();
    await this.start('redis-server', [
      'port 0',
      `tls-port ${port}`,
      `tls-cert-file ${certificate}`,
      `tls-key-file ${key}`,
      `tls-ca-cert-file ${certificate}`,
      'tls-auth-clients no',
    ]);
    return { port, certificate: certificate! };
  }

  /** Watches a server under the name `main`. @returns the port. */
  async sentinel(masterPort: number): Promise<number> {
    const port = await freePort();
    await this.start('redis-sentinel', [
      `port ${port}`,
      `sentinel monitor main 127.0.0.1 ${masterPort} 1`,
      'sentinel down-after-milliseconds main 500',
      'sentinel failover-timeout main 3000',
    ]);
    return port;
  }

  /** Until the replica has what its master has, and the sentinel knows it: before that nothing can take over. */
  async untilReplicated(sentinelPort: number, replicaPort: number): Promise<void> {
    const [sentinel, replica] = [new Redis(sentinelPort), new Redis(replicaPort)];
    try {
      await waitFor(async () => /master_link_status:up/.test(await replica.info('replication')));
      await waitFor(
        async () => ((await sentinel.call('SENTINEL', 'replicas', 'main')) as unknown[]).length === 1,
        {
          what: 'the sentinel to know the replica',
          timeoutMs: 30_000,
        },
      );
    } finally {
      sentinel.disconnect();
      replica.disconnect();
    }
  }

  /** SIGKILL to the server on that port. */
  async kill(port: number): Promise<void> {
    const found = this.processes.find(({ spawnargs }) => spawnargs.at(-1)!.endsWith(`${port}.conf`));
    const gone = once(found!, 'exit');
    found!.kill('SIGKILL');
    await gone;
  }

  async end(): Promise<void> {
    for (const child of this.processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(this.folder, { recursive: true });
  }

  private async start(name: string, lines: string[]): Promise<void> {
    const [, port] = /port (\d+)/.exec(lines.filter((line) => line !== 'port 0').join('\n'))!;
    const file = join(this.folder, `${port}.conf`);
    await writeFile(file, ['bind 127.0.0.1', `dir ${this.folder}`, ...lines].join('\n'));
    const child = spawn(join(this.folder, name), [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.processes.push(child);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (part: Buffer) => {
        said += part.toString();
        if (/Ready to accept connections|Sentinel ID is/.test(said)) resolve();
      });
      child.once('exit', (code) => reject(new Error(`${name} ended (${code}):\n${said}`)));
    });
  }
}
