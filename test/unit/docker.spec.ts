import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { allSections } from '../../src/platform/config/all-sections.js';
import { ExtractionConfig } from '../../src/platform/config/extraction.config.js';
import { settingsOf } from '../../src/platform/config/from-env.js';
import { loadConfiguration } from '../../src/platform/config/load-configuration.js';
import { QueueConfig } from '../../src/platform/config/queue.config.js';
import { bytesOf, ComposeText, millisecondsOf, type ComposeService } from '../compose-file.js';

const run = promisify(execFile);
const compose = new ComposeText('docker/compose.yaml');
const folders: string[] = [];

/** What init.sh writes on a machine that has nothing yet. */
async function initialised(): Promise<{ folder: string; secrets: Record<string, string> }> {
  const folder = mkdtempSync(join(tmpdir(), 'protostar-docker-'));
  folders.push(folder);
  copyFileSync('docker/init.sh', join(folder, 'init.sh'));
  await run('sh', [join(folder, 'init.sh')]);
  return { folder, secrets: readSecrets(folder) };
}

const readSecrets = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(join(folder, '.env'), 'utf8')
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );

let secrets: Record<string, string>;
let services: [string, ComposeService][];
let file: ReturnType<ComposeText['resolve']>;

beforeAll(async () => {
  ({ secrets } = await initialised());
  file = compose.resolve(secrets);
  services = Object.entries(file.services);
});

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

const isOurs = (service: ComposeService): boolean => service.image.startsWith('protostar:');
const ours = (): [string, ComposeService][] => services.filter(([, service]) => isOurs(service));
const endsByItself = (service: ComposeService): boolean => service.restart === 'no';
const lasting = (): [string, ComposeService][] => services.filter(([, service]) => !endsByItself(service));
const programOf = (service: ComposeService): string[] => [
  ...(service.entrypoint ?? []),
  ...(service.command ?? []),
];

describe('docker/compose.yaml', () => {
  it('is a Compose file by the schema of the specification', () => {
    const { $schema: _, ...schema } = JSON.parse(
      readFileSync('test/compose-spec/schema.json', 'utf8'),
    ) as Record<string, unknown>;
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
    for (const candidate of [file, compose.raw()]) {
      validate(candidate);
      expect(validate.errors ?? []).toEqual([]);
    }
    validate({ ...file, services: { api: { ...file.services.api, memroy: '1g' } } });
    expect(validate.errors).not.toBeNull();
  });

  it('bounds every container', () => {
    for (const [name, { deploy, logging, read_only, cap_drop, security_opt, tmpfs }] of services) {
      const { cpus, memory, pids } = deploy.resources.limits;
      expect([name, Number(cpus) > 0, bytesOf(memory) > 0, pids > 0]).toEqual([name, true, true, true]);
      expect([name, logging.options]).toEqual([name, { 'max-size': '10m', 'max-file': '5' }]);
      expect([name, read_only, cap_drop, security_opt]).toEqual([
        name,
        true,
        ['ALL'],
        ['no-new-privileges:true'],
      ]);
      expect(tmpfs?.every((mount) => mount.includes(':size='))).toBe(true);
    }
  });

  it('restarts what lasts, and checks that it is well', () => {
    expect(lasting().map(([name]) => name)).toEqual([
      'proxy',
      'api',
      'chat-worker',
      'knowledge-worker',
      'summary-worker',
      'postgres',
      'valkey',
      'objects',
    ]);
    for (const [name, service] of lasting()) {
      expect([name, service.restart]).toEqual([name, 'unless-stopped']);
      expect([name, service.healthcheck.test?.[0]]).toEqual([name, expect.stringMatching(/^CMD/)]);
    }
    for (const [name, service] of services.filter(([, it]) => endsByItself(it)))
      expect([name, service.healthcheck]).toEqual([name, { disable: true }]);
  });

  it('publishes the proxy alone, on a loopback address unless told otherwise', () => {
    expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['proxy']);
    expect(file.services.proxy!.ports).toEqual(['127.0.0.1:8080:80', '127.0.0.1:8443:443']);
    expect(compose.resolve({ ...secrets, PUBLISH_ADDRESS: '0.0.0.0' }).services.proxy!.ports![0]).toBe(
      '0.0.0.0:8080:80',
    );
  });

  it('keeps the stores on a network of their own, which has no way out', () => {
    expect(file.networks.stores).toEqual({ internal: true });
    for (const name of ['postgres', 'valkey', 'objects'])
      expect(file.services[name]!.networks).toEqual(['stores']);
    expect(file.services.proxy!.networks).not.toContain('stores');
  });

  it('names every image by a version', () => {
    for (const [name, { image }] of services.filter(([, service]) => !isOurs(service)))
      expect([name, image]).toEqual([name, expect.stringMatching(/:v?\d+\.\d+\.\d+/)]);
    const built = services.filter(([, { build }]) => build);
    expect(built.map(([, { image }]) => image)).toEqual(['protostar:local']);
  });

  it('starts programs that are there', () => {
    const copied = readFileSync('docker/Dockerfile', 'utf8');
    const isThere = (program: string): boolean => {
      const [, entry] = /^dist\/main\/(.+)\.js$/.exec(program) ?? [];
      return entry ? existsSync(`src/main/${entry}.ts`) : existsSync(program) && copied.includes(program);
    };
    for (const [name, service] of ours()) {
      const program = programOf(service).find((part) => /\.m?js$/.test(part))!;
      expect([name, program, isThere(program)]).toEqual([name, program, true]);
    }
    const roles = ['api', 'chat-worker', 'knowledge-worker', 'summary-worker'];
    for (const role of roles) expect(file.services[role]!.command!.at(-1)).toBe(`dist/main/${role}.js`);
  });

  it('mounts and reads files that are there', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')));
    const [files, named] = [true, false].map((isFile) =>
      mounts.filter(([source]) => source!.startsWith('./') === isFile),
    );
    for (const [source, , mode] of files!)
      expect([source, existsSync(join('docker', source!)), mode]).toEqual([source, true, 'ro']);
    expect(new Set(named!.map(([source]) => source))).toEqual(new Set(Object.keys(file.volumes)));
    const { context, dockerfile } = file.services.migrate!.build!;
    expect(existsSync(join('docker', context, dockerfile))).toBe(true);
    for (const [, { env_file }] of ours())
      expect(env_file).toEqual([{ path: './protostar.env', required: false }]);
  });

  it('starts Protostar only on a schema that is up to date and on stores that answer', () => {
    for (const name of ['api', 'chat-worker', 'knowledge-worker', 'summary-worker', 'key']) {
      expect(file.services[name]!.depends_on).toEqual({
        migrate: { condition: 'service_completed_successfully' },
        valkey: { condition: 'service_healthy' },
        objects: { condition: 'service_healthy' },
      });
      expect(file.services[name]!.environment!.MIGRATE_ON_START).toBe('false');
    }
    expect(file.services.migrate!.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(file.services.proxy!.depends_on).toEqual({ api: { condition: 'service_healthy' } });
  });

  it('sends the proxy to the port of the API', () => {
    const proxy = readFileSync('docker/Caddyfile', 'utf8');
    expect(proxy).toMatch(new RegExp(`name api\\s+port ${file.services.api!.environment!.PORT}\\s`));
    expect(proxy).toContain('flush_interval -1');
    expect(file.services.api!.environment!.TRUST_PROXY).toBe('true');
  });
});

describe('settings in docker/compose.yaml', () => {
  const settings = (): string[] =>
    [...readFileSync('.env.example', 'utf8').matchAll(/^#([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name!);

  it('are settings of Protostar', () => {
    const known = [...settings(), 'NODE_ENV'];
    for (const [name, { environment }] of ours()) {
      expect(Object.keys(environment!).length).toBeGreaterThan(5);
      const unknown = Object.keys(environment!).filter((key) => !known.includes(key));
      expect([name, unknown]).toEqual([name, []]);
    }
  });

  it('are accepted, with a token for every caller, from servers alone', () => {
    for (const [, { environment }] of ours()) {
      expect(() => loadConfiguration(allSections, environment, '/nonexistent/.env')).not.toThrow();
      expect(environment!.AUTH_MODE).toBe('token');
      for (const name of ['DATABASE_URL', 'REDIS_URL', 'S3_ENDPOINT'])
        expect(environment![name]).toBeTruthy();
    }
  });

  it('give a worker a port for its health, and none to the API, which has its own', () => {
    for (const role of ['chat-worker', 'knowledge-worker', 'summary-worker'])
      expect(file.services[role]!.environment!.HEALTH_PORT).toBe('9090');
    expect(file.services.api!.environment!.HEALTH_PORT).toBeUndefined();
  });

  it('leave running work the time that it was promised', () => {
    const { shutdownGraceMs } = new QueueConfig();
    for (const [name, { stop_grace_period, init }] of ours()) {
      expect([name, millisecondsOf(stop_grace_period!)]).toEqual([name, expect.any(Number)]);
      expect(millisecondsOf(stop_grace_period!)).toBeGreaterThan(2 * shutdownGraceMs);
      expect([name, init]).toEqual([name, true]);
    }
  });

  it('leave room for the processes that read files', () => {
    const { maxMemoryMb } = new ExtractionConfig();
    const { knowledgeConcurrency } = new QueueConfig();
    const heapMb = ({ command = [] }: ComposeService): number =>
      Number(/^--max-old-space-size=(\d+)$/.exec(command[0] ?? '')?.[1]);
    for (const role of ['api', 'chat-worker', 'knowledge-worker', 'summary-worker']) {
      const service = file.services[role]!;
      const children = role === 'knowledge-worker' ? knowledgeConcurrency * maxMemoryMb : 0;
      const limitMb = bytesOf(service.deploy.resources.limits.memory) / 1024 ** 2;
      // Besides the heap: buffers, code, and the threads that compute terms.
      expect([role, limitMb >= 1.5 * heapMb(service) + children]).toEqual([role, true]);
    }
  });

  it('open fewer connections than PostgreSQL takes', () => {
    const { poolSize } = loadConfiguration(
      allSections,
      file.services.api!.environment,
      '/nonexistent/.env',
    ).get(allSections.find(({ name }) => name === 'DatabaseConfig')!) as { poolSize: number };
    const processes = ours().reduce((sum, [, { deploy }]) => sum + Number(deploy.replicas ?? 1), 0);
    const [, most] = /max_connections=(\d+)/.exec(file.services.postgres!.command!.join(' ')) ?? [];
    expect(processes * (poolSize + 1)).toBeLessThan(Number(most));
  });
});

describe('secrets of docker/compose.yaml', () => {
  const refused = (): string[] => [
    ...new Set(compose.variables().flatMap(({ name, operator }) => (operator === ':?' ? [name] : []))),
  ];

  it('have no default', () => {
    const secretSettings = allSections.flatMap((section) =>
      settingsOf(section).flatMap(({ name, secret }) => (secret ? [name] : [])),
    );
    const isSecret = (name: string): boolean =>
      secretSettings.includes(name) || /PASSWORD|SECRET|_KEY|_AUTH$/.test(name);
    const found = Object.entries(compose.raw().services).flatMap(([service, { environment = {} }]) =>
      Object.entries(environment)
        .filter(([name]) => isSecret(name))
        .map(([name, text]) => ({ service, name, text })),
    );
    expect(found.length).toBeGreaterThan(10);
    for (const { service, name, text } of found)
      expect([service, name, text]).toEqual([service, name, expect.stringMatching(/\$\{[A-Z0-9_]+:\?/)]);
    const defaults = compose.variables().filter(({ operator }) => operator === ':-');
    expect(defaults.map(({ name }) => name).filter(isSecret)).toEqual([]);
  });

  it('are what init.sh writes, all of them', () => {
    expect(new Set(Object.keys(secrets))).toEqual(new Set(refused()));
    for (const value of Object.values(secrets)) expect(value).toMatch(/^[0-9a-f]{20,}$/);
    const refusals = compose.variables().filter(({ operator }) => operator === ':?');
    expect(new Set(refusals.map(({ text }) => text))).toEqual(new Set(['Run docker/init.sh first']));
  });

  it('are missed when they are not there', () => {
    expect(() => compose.resolve({})).toThrow('is missing a value: Run docker/init.sh first');
    for (const name of refused())
      expect(() => compose.resolve({ ...secrets, [name]: '' })).toThrow(`required variable ${name}`);
  });

  it('differ from machine to machine, are for their owner alone, and stay when init.sh runs again', async () => {
    const { folder, secrets: others } = await initialised();
    for (const name of Object.keys(secrets)) expect(others[name]).not.toBe(secrets[name]);
    for (const name of ['.env', 'protostar.env'])
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    await run('sh', [join(folder, 'init.sh')]);
    expect(readSecrets(folder)).toEqual(others);
  });

  it('are completed when one is missing', async () => {
    const { folder, secrets: before } = await initialised();
    const { REDIS_PASSWORD: _, ...kept } = before;
    const lines = Object.entries({ ...kept, API_REPLICAS: '3' }).map(([name, value]) => `${name}=${value}`);
    await run('sh', ['-c', 'printf %s "$1" >"$2"', '-', lines.join('\n'), join(folder, '.env')]);
    await run('sh', [join(folder, 'init.sh')]);
    const after = readSecrets(folder);
    expect(after).toMatchObject({ ...kept, API_REPLICAS: '3' });
    expect(after.REDIS_PASSWORD).toMatch(/^[0-9a-f]{48}$/);
  });

  it('reach neither the repository nor the image', () => {
    const ignored = readFileSync('.gitignore', 'utf8').split('\n');
    for (const path of ['.env', 'docker/protostar.env', 'docker/backups/']) expect(ignored).toContain(path);
    const sent = readFileSync('.dockerignore', 'utf8').split('\n');
    expect(sent.find((line) => line && !line.startsWith('#'))).toBe('*');
    expect(sent.filter((line) => line.startsWith('!docker/')).every((line) => /\.(mjs|sh)$/.test(line))).toBe(
      true,
    );
  });
});

describe('docker/Dockerfile', () => {
  const lines = readFileSync('docker/Dockerfile', 'utf8')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));

  it('copies what is there, and what .dockerignore lets through', () => {
    const sent = readFileSync('.dockerignore', 'utf8').split('\n');
    const sources = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(sources).toContain('src');
    for (const source of sources) {
      const path = source.replace(/^\.\//, '');
      expect([path, existsSync(path), sent.includes(`!${path}`)]).toEqual([path, true, true]);
    }
  });

  it('ends as an unprivileged user whose process gets the signals', () => {
    expect(lines.findLast((line) => line.startsWith('USER'))).toBe('USER 1000:1000');
    expect(lines).toContain('ENTRYPOINT ["node", "--enable-source-maps"]');
    expect(lines).toContain('CMD ["dist/main/standalone.js"]');
    expect(lines.some((line) => line.startsWith('HEALTHCHECK') && line.includes('CMD ["node",'))).toBe(true);
  });

  it('builds on one Node, named by its version, and installs what the lock file says', () => {
    expect(lines[0]).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-bookworm-slim$/);
    expect(
      new Set(lines.filter((line) => line.startsWith('FROM')).map((line) => line.split(' ')[1])),
    ).toEqual(new Set(['${NODE_IMAGE}']));
    const text = lines.join('\n');
    expect(text).toContain('npm ci --omit=dev');
    expect(text).not.toMatch(/npm (install|i) |apt-get|:latest/);
  });

  it('takes its environment from the settings', () => {
    const [, text] = /^ENV (.*)$/.exec(lines.find((line) => line.startsWith('ENV'))!)!;
    const environment = Object.fromEntries(
      text!
        .trim()
        .split(/\s+/)
        .map((pair) => pair.split('=')),
    );
    expect(environment).toMatchObject({ HOST: '0.0.0.0', AUTH_MODE: 'token', DATA_DIR: '/data' });
    expect(() => loadConfiguration(allSections, environment, '/nonexistent/.env')).not.toThrow();
  });
});
