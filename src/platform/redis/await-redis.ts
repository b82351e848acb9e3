import { Redis } from 'ioredis';
import type { Logger } from '../logging/logger.port.js';
import { connectPatiently, StoreRefusedError } from '../stores/connect-patiently.js';
import type { RedisAddress } from './redis-address.js';

const oldestServer = [6, 2];
const attemptMs = 5_000;
/** No waiting changes these. */
const refusals = /\b(WRONGPASS|NOAUTH|NOPERM|DB index is out of range|invalid DB index)/;

/**
 * Returns when the server of `REDIS_URL` answers and is one that can serve us; warns when it may throw data away.
 * @throws StoreRefusedError when it is unsuitable, or was not reached within `patienceMs`.
 */
export async function awaitRedis(address: RedisAddress, patienceMs: number, logger: Logger): Promise<void> {
  const store = { name: 'Redis', setting: 'REDIS_URL', address: address.description };
  await connectPatiently(store, patienceMs, logger, async (leftMs) => {
    const info = await askOnce(address, Math.min(leftMs, attemptMs));
    assertSuitable(info);
    if (info.maxmemory_policy && info.maxmemory_policy !== 'noeviction')
      logger.warn('redis.may-evict', {
        address: address.description,
        policy: info.maxmemory_policy,
        advice: 'Set maxmemory-policy to noeviction: queues and answers lose parts of themselves otherwise.',
      });
  });
}

type Info = Partial<Record<'redis_version' | 'role' | 'maxmemory_policy', string>>;

async function askOnce(address: RedisAddress, timeoutMs: number): Promise<Info> {
  let reason: Error | undefined;
  const client = new Redis({
    ...address.options,
    lazyConnect: true,
    disableClientInfo: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    sentinelCommandTimeout: timeoutMs,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
  });
  // The call that fails says only that the connection is closed, and a wrong database fails no call at all.
  client.on('error', (error: Error) => (reason ??= error));
  try {
    await client.connect();
    const text = await client.info();
    if (reason) throw reason;
    return Object.fromEntries(
      text.split('\r\n').flatMap((line) => {
        const [name, value] = line.split(':', 2);
        return name && value !== undefined ? [[name, value]] : [];
      }),
    );
  } catch (error) {
    throw refusalOf(reason ?? (error as Error), address);
  } finally {
    if (client.status !== 'end') client.disconnect();
  }
}

function refusalOf(error: Error, { description }: RedisAddress): Error {
  if (refusals.test(error.message))
    return new StoreRefusedError(
      `The Redis server at ${description} refuses the user, password or database of REDIS_URL (${error.message}).`,
    );
  // Without the command that the client attaches to its errors: it may be the one with the password.
  return Object.assign(new Error(error.message), { code: (error as { code?: unknown }).code });
}

function assertSuitable({ redis_version: version = '0', role }: Info): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestServer[0]! || (major === oldestServer[0] && minor < oldestServer[1]!))
    throw new StoreRefusedError(`The server of REDIS_URL is Redis ${version}; 6.2 or newer is needed.`);
  if (role === 'slave')
    throw new StoreRefusedError(
      'The server of REDIS_URL is a replica and takes no writes. Name its primary, or its sentinels.',
    );
}
