import { inspect } from 'node:util';
import { parseRedisUrl } from '../../src/platform/redis/redis-address.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import { RedisWakeUps } from '../../src/platform/redis/redis-wake-ups.js';
import { StoreRefusedError } from '../../src/platform/stores/connect-patiently.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { describeOnRedis, redisAddress, TestRedis } from '../redis.js';
import { ScriptedRedis } from '../scripted-redis.js';
import { waitFor } from '../wait-for.js';

const messagesOf = ({ lines }: SilentLogger, level: string): string[] =>
  lines.filter((line) => line.level === level).map(({ message }) => message);

describe('connections to Redis', () => {
  let server: ScriptedRedis;
  let logger: SilentLogger;
  let connections: RedisConnections | undefined;
  const open = async (patienceMs = 10_000): Promise<RedisConnections> => {
    connections = await RedisConnections.open(server.address, patienceMs, logger);
    return connections;
  };

  beforeEach(async () => {
    server = await ScriptedRedis.start();
    logger = new SilentLogger();
    connections = undefined;
  });
  afterEach(async () => {
    await connections?.close();
    await server.stop();
  });

  it('carry their purpose as their name, and answer', async () => {
    const opened = await open();
    await opened.ping();
    opened.open('other');
    await waitFor(() => server.received.filter(([, word]) => word === 'setname').length === 2);
    const named = server.received.filter(([, word]) => word === 'setname').map((words) => words[2]);
    expect(named).toEqual(['protostar:commands', 'protostar:other']);
    expect(messagesOf(logger, 'warn')).toEqual([]);
  });

  it('are closed together, the last opened first', async () => {
    const opened = await open();
    await opened.ping();
    await opened.open('other').ping();
    const [first, second] = await Promise.all([opened.close(), opened.onApplicationShutdown()]);
    expect([first, second]).toEqual([undefined, undefined]);
    await waitFor(() => server.connections === 0);
    expect(server.received.filter(([word]) => word === 'quit')).toHaveLength(2);
    await expect(opened.ping()).rejects.toThrow('Connection is closed');
  });

  it('come back when they are lost, and say so once each way', async () => {
    const opened = await open();
    await opened.ping();
    server.hangUp();
    await waitFor(() => messagesOf(logger, 'info').includes('redis.connected-again'));
    await opened.ping();
    expect(messagesOf(logger, 'warn')).toEqual(['redis.connection-lost']);
  });

  it('that a network has swallowed are made again', async () => {
    connections = new RedisConnections(server.address, logger, { checkEveryMs: 20, silentAfterMs: 50 });
    await connections.ping();
    server.silent = true;
    await waitFor(() => messagesOf(logger, 'warn').includes('redis.connection-silent'));
    server.silent = false;
    await waitFor(() => messagesOf(logger, 'info').includes('redis.connected-again'));
    await expect(connections.ping()).resolves.toBeUndefined();
  });

  it('leave a server that has become a replica, and ask again what it refused', async () => {
    const opened = await open();
    await opened.ping();
    server.refusal = { command: 'set', error: "READONLY You can't write against a read only replica." };
    expect(await opened.commands.set('key', 'value')).toBe('OK');
    expect(server.received.filter(([word]) => word === 'set')).toHaveLength(2);
    expect(messagesOf(logger, 'info')).toEqual(['redis.connected-again']);
  });

  it('wait at the start for a server that is not there yet', async () => {
    const { address } = server;
    const port = Number(address.description.split(/[:/]/)[1]);
    await server.stop();
    const opening = RedisConnections.open(address, 30_000, logger);
    await waitFor(() => messagesOf(logger, 'warn').includes('store.unreachable'));
    server = await ScriptedRedis.start(port);
    connections = await opening;
    await expect(connections.ping()).resolves.toBeUndefined();
  });

  it('name the setting when nothing answers for too long, and not its password', async () => {
    const { address } = server;
    await server.stop();
    const { port } = address.options;
    const refused = RedisConnections.open(parseRedisUrl(`redis://:hush@127.0.0.1:${port}`), 500, logger);
    await expect(refused).rejects.toThrow(StoreRefusedError);
    await expect(refused).rejects.toThrow(
      new RegExp(
        `^Redis at 127.0.0.1:${port}/0 could not be reached within .*ECONNREFUSED.* Check REDIS_URL\\.$`,
      ),
    );
    expect(inspect([await refused.catch((error: unknown) => error), logger.lines])).not.toContain('hush');
    server = await ScriptedRedis.start();
  });

  it.each([
    [{ redis_version: '6.0.16' }, 'The server of REDIS_URL is Redis 6.0.16; 6.2 or newer is needed.'],
    [{ role: 'slave' }, 'The server of REDIS_URL is a replica'],
  ])('are refused at once by a server that cannot serve us: %p', async (info, reason) => {
    Object.assign(server.info, info);
    await expect(open()).rejects.toThrow(StoreRefusedError);
    await expect(open()).rejects.toThrow(reason);
    expect(messagesOf(logger, 'warn')).toEqual([]);
  });

  it('warn of a server that may throw parts of queues away', async () => {
    server.info.maxmemory_policy = 'allkeys-lru';
    await open();
    expect(messagesOf(logger, 'warn')).toEqual(['redis.may-evict']);
  });
});

describeOnRedis('connections to a real Redis', () => {
  const refusalOf = async (url: string): Promise<unknown> =>
    RedisConnections.open(parseRedisUrl(url), 10_000, new SilentLogger()).then(
      () => null,
      (error: unknown) => error,
    );

  it('are made', async () => {
    const logger = new SilentLogger();
    const connections = await RedisConnections.open(redisAddress(), 10_000, logger);
    await expect(connections.ping()).resolves.toBeUndefined();
    await connections.close();
    expect(messagesOf(logger, 'warn').filter((message) => message !== 'redis.may-evict')).toEqual([]);
  });

  it('are refused at once for a wrong password or database, without either', async () => {
    const { host, port, password, db } = redisAddress().options;
    const secret = encodeURIComponent(password ?? '');
    for (const url of [
      `redis://:hush-hush@${host}:${port}/${db}`,
      `redis://:${secret}@${host}:${port}/9999`,
    ]) {
      const refusal = await refusalOf(url);
      expect(refusal).toBeInstanceOf(StoreRefusedError);
      expect((refusal as Error).message).toMatch(/refuses the user, password or database of REDIS_URL/);
      expect(inspect(refusal, { depth: 9, showHidden: true })).not.toContain('hush-hush');
    }
  });

  it('wake a listener that has heard nothing for a while', async () => {
    const redis = new TestRedis();
    const wakeUps = new RedisWakeUps(redis.connections, 'wake-ups', redis.logger, 20);
    let woken = 0;
    const end = await wakeUps.listen(`${redis.prefix}silent`, () => woken++);
    await waitFor(() => woken >= 3);
    end();
    await redis.close();
    expect(woken).toBeGreaterThanOrEqual(3);
  });

  it('take the listeners that come while they are being made', async () => {
    const redis = new TestRedis();
    const wakeUps = new RedisWakeUps(redis.connections, 'wake-ups', redis.logger);
    let settled = false;
    const first = wakeUps.listen(`${redis.prefix}first`, () => undefined).finally(() => (settled = true));
    const listeners = [first];
    while (!settled) {
      listeners.push(wakeUps.listen(`${redis.prefix}${listeners.length}`, () => undefined));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await Promise.allSettled(listeners)).filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(messagesOf(redis.logger, 'warn')).toEqual([]);
    await redis.close();
  });

  it('tell a listener when there is no listening', async () => {
    const redis = new TestRedis();
    const wakeUps = new RedisWakeUps(redis.connections, 'wake-ups', redis.logger);
    await redis.close();
    await expect(wakeUps.listen('x', () => undefined)).rejects.toThrow('connections to Redis are closed');
  });
});
