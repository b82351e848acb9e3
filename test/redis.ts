import { randomBytes } from 'node:crypto';
import { RedisAnswerLog } from '../src/chat/infrastructure/redis-answer-log.js';
import { AnswerLogConfig } from '../src/platform/config/answer-log.config.js';
import type { Transaction } from '../src/platform/database/transaction.port.js';
import { parseRedisUrl, type RedisAddress } from '../src/platform/redis/redis-address.js';
import { RedisConnections } from '../src/platform/redis/redis-connections.js';
import { SilentLogger } from './fakes/silent-logger.js';

const url = process.env.REDIS_URL;

/** Runs on the server that `REDIS_URL` names; skipped, and seen to be, without. */
export function describeOnRedis(name: string, tests: () => void): void {
  if (url) describe(name, tests);
  else
    describe.skip(`${name}: skipped, as REDIS_URL is not set`, () => {
      it('needs a Redis server', () => undefined);
    });
}

/** Longer than any test waits: a wake-up that is missing is not made up for. */
const never = 3_600_000;

export const redisAddress = (): RedisAddress => parseRedisUrl(url!);

export const outside = { assertOutside: () => undefined } as unknown as Transaction;

/** A corner of the server of the test's own: all its keys and channels begin with `prefix`. */
export class TestRedis {
  readonly prefix = `test-${randomBytes(6).toString('hex')}:`;
  readonly config = new AnswerLogConfig();
  readonly logger = new SilentLogger();
  readonly connections = new RedisConnections(redisAddress(), this.logger);

  answerLog(transaction: Transaction = outside, connections = this.connections): RedisAnswerLog {
    const { config, logger, prefix } = this;
    return new RedisAnswerLog(connections, transaction, config, logger, { prefix, recheckMs: never });
  }

  async keys(): Promise<string[]> {
    const keys: string[] = [];
    const scan = this.connections.commands.scanStream({ match: `${this.prefix}*`, count: 1_000 });
    for await (const some of scan) keys.push(...(some as string[]));
    return [...new Set(keys)];
  }

  /** What `FLUSHALL` does, to our keys. */
  async flush(): Promise<void> {
    const keys = await this.keys();
    if (keys.length > 0) await this.connections.commands.unlink(keys);
  }

  /** As if `ms` had passed: what would be gone by then is. */
  async pass(ms: number): Promise<void> {
    const { commands } = this.connections;
    for (const key of await this.keys()) if ((await commands.pttl(key)) <= ms) await commands.unlink(key);
  }

  async close(): Promise<void> {
    await this.flush();
    await this.connections.close();
  }
}
