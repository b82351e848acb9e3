import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../logging/logger.port.js';
import type { RedisAddress } from './redis-address.js';

/** How long a command may take, the wait for a lost connection included. */
const commandTimeoutMs = 5_000;
const connectTimeoutMs = 5_000;
const firstDelayMs = 50;
const mostDelayMs = 2_000;

/**
 * For BullMQ's workers, which wait in blocking commands: these have no limit, and a lost connection is waited for.
 * BullMQ wants clients, not options: as an ES module it cannot load ioredis itself.
 */
export const forWorkers: RedisOptions = { maxRetriesPerRequest: null, commandTimeout: undefined };

/**
 * A client that connects, and connects again by itself, with a back-off. What happens to its connection is logged,
 * never thrown; a command fails when it takes too long.
 * @param purpose shows in `CLIENT LIST`, as `protostar:<purpose>`.
 */
export function createRedis(
  address: RedisAddress,
  purpose: string,
  logger: Logger,
  options: RedisOptions = {},
): Redis {
  const client = new Redis({
    ...address.options,
    connectionName: `protostar:${purpose}`,
    connectTimeout: connectTimeoutMs,
    sentinelCommandTimeout: commandTimeoutMs,
    commandTimeout: commandTimeoutMs,
    maxRetriesPerRequest: 10,
    keepAlive: 10_000,
    retryStrategy: delayOf,
    sentinelRetryStrategy: delayOf,
    reconnectOnError: wasDemoted,
    // Slower where the server is near; what belongs together is sent as a pipeline by who knows.
    enableAutoPipelining: false,
    disableClientInfo: true,
    ...options,
  });
  logConnection(client, { purpose, address: address.description }, logger);
  return client;
}

/** Doubles from 50 ms to 2 s; by half at random, so that not all processes knock at once. */
const delayOf = (attempt: number): number =>
  Math.round(Math.min(firstDelayMs * 2 ** (attempt - 1), mostDelayMs) * (0.5 + Math.random() / 2));

/** A primary that became a replica takes no writes: look for the new one, and ask that again. */
const wasDemoted = (error: Error): false | 2 => (error.message.startsWith('READONLY') ? 2 : false);

/** One line when it goes, one when it is back. An error may repeat a command: only its message is logged. */
function logConnection(client: Redis, about: Record<string, unknown>, logger: Logger): void {
  let reason: string | undefined;
  let down = false;
  client.on('error', (error: Error) => (reason = error.message));
  client.on('reconnecting', () => {
    const fields = { ...about, reason: reason ?? 'closed by the server' };
    if (down) logger.debug('redis.connect-failed', fields);
    else logger.warn('redis.connection-lost', fields);
    down = true;
    reason = undefined;
  });
  client.on('ready', () => {
    if (down) logger.info('redis.connected-again', about);
    down = false;
  });
}
