import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { AnswerLog } from '../src/chat/application/answer-log.port.js';
import { DatabaseAnswerLog } from '../src/chat/infrastructure/database-answer-log.js';
import { RedisAnswerLog } from '../src/chat/infrastructure/redis-answer-log.js';
import { AnswerLogConfig } from '../src/platform/config/answer-log.config.js';
import type { Transaction } from '../src/platform/database/transaction.port.js';
import { parseRedisUrl } from '../src/platform/redis/redis-address.js';
import { RedisConnections } from '../src/platform/redis/redis-connections.js';
import { newId } from '../src/shared/ids.js';
import { SilentLogger } from '../test/fakes/silent-logger.js';
import { openTestDatabase } from '../test/integration/database.js';
import { percentile } from './retrieval-metrics.js';

/*
 * What an event costs on its way through an answer log: to append it, and until each reader has read it. On the embedded
 * database, and on the servers of DATABASE_URL and REDIS_URL where these are set.
 * Usage: npm run bench:answer-log
 */

const appends = 500;
const rounds = 40;
const manyReaders = 300;

interface Subject {
  name: string;
  log: AnswerLog;
  close(): Promise<void>;
}

const event = {
  type: 'message.delta' as const,
  data: { text: 'About as much text as a delta has, coalesced. ' },
};

/** One answer with its writer and readers; each append tells when every reader has read it. */
class Stream {
  private readonly id = newId();
  private sequence = 0;
  private sentAt = 0;
  private missing = 0;
  private allHaveIt: () => void = () => undefined;
  private readonly ends: (() => void)[] = [];

  constructor(
    private readonly log: AnswerLog,
    private readonly latencies: number[],
  ) {}

  async open(readers: number): Promise<void> {
    await this.log.open(this.id, 1);
    for (let count = 0; count < readers; count += 1) await this.addReader();
  }

  async append(): Promise<void> {
    this.sequence = await this.log.append(this.id, 1, this.sequence, [event]);
  }

  async appendUntilRead(): Promise<void> {
    this.missing = this.ends.length;
    const read = new Promise<void>((resolve) => (this.allHaveIt = resolve));
    this.sentAt = performance.now();
    await this.append();
    await read;
  }

  async close(): Promise<void> {
    for (const end of this.ends) end();
    await this.log.remove([this.id]);
  }

  private async addReader(): Promise<void> {
    let position = 0;
    let [reading, woken] = [false, false];
    const read = async (): Promise<void> => {
      woken = true;
      if (reading) return;
      reading = true;
      while (woken) {
        woken = false;
        for (const { sequence } of await this.log.readAfter(this.id, position)) {
          position = sequence;
          this.latencies.push(performance.now() - this.sentAt);
          if (--this.missing === 0) this.allHaveIt();
        }
      }
      reading = false;
    };
    this.ends.push(await this.log.subscribe(this.id, () => void read()));
  }
}

const shown = (values: number[]): string =>
  [0.5, 0.95].map((share) => percentile(values, share).toFixed(2).padStart(7)).join(' ');

async function measureAppends(log: AnswerLog): Promise<string> {
  const stream = new Stream(log, []);
  await stream.open(0);
  const durations: number[] = [];
  for (let count = 0; count < appends; count += 1) {
    const startedAt = performance.now();
    await stream.append();
    durations.push(performance.now() - startedAt);
  }
  await stream.close();
  return shown(durations);
}

/** `answers` at the same time, each with `readers`. The processor time is all of ours, the server's not. */
async function measureReaders(log: AnswerLog, answers: number, readers: number): Promise<string> {
  const latencies: number[] = [];
  const streams = Array.from({ length: answers }, () => new Stream(log, latencies));
  for (const stream of streams) await stream.open(readers);
  await Promise.all(streams.map((stream) => stream.appendUntilRead()));
  latencies.length = 0;
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  for (let round = 0; round < rounds; round += 1)
    await Promise.all(streams.map((stream) => stream.appendUntilRead()));
  const { user, system } = process.cpuUsage(before);
  const delivered = latencies.length;
  const perSecond = Math.round(delivered / ((performance.now() - startedAt) / 1_000));
  for (const stream of streams) await stream.close();
  const cpu = Math.round((user + system) / delivered);
  return `${shown(latencies)} ms  ${String(perSecond).padStart(6)} reads/s  ${String(cpu).padStart(5)} µs CPU a read`;
}

async function database(name: string, onServer: boolean): Promise<Subject> {
  const opened = await openTestDatabase(onServer);
  return {
    name,
    log: new DatabaseAnswerLog(opened.database, opened.notifications, opened.transaction),
    close: () => opened.close(),
  };
}

async function redis(url: string): Promise<Subject> {
  const logger = new SilentLogger();
  const connections = await RedisConnections.open(parseRedisUrl(url), 10_000, logger);
  const outside = { assertOutside: () => undefined } as unknown as Transaction;
  const options = { prefix: `bench-${randomBytes(6).toString('hex')}:` };
  return {
    name: 'Redis',
    log: new RedisAnswerLog(connections, outside, new AnswerLogConfig(), logger, options),
    close: () => connections.close(),
  };
}

async function report(subject: Subject): Promise<void> {
  const { name, log } = subject;
  const lines = [
    ['append one event', `${await measureAppends(log)} ms`],
    ['one answer, one reader', await measureReaders(log, 1, 1)],
    [`one answer, ${manyReaders} readers`, await measureReaders(log, 1, manyReaders)],
    [`${manyReaders} answers, one reader each`, await measureReaders(log, manyReaders, 1)],
  ] as const;
  for (const [what, figures] of lines) console.log(`${name.padEnd(18)} ${what.padEnd(30)} ${figures}`);
  await subject.close();
}

console.log(`${' '.repeat(50)}     p50     p95`);
const { DATABASE_URL, REDIS_URL } = process.env;
await report(await database('embedded database', false));
if (DATABASE_URL) await report(await database('PostgreSQL', true));
if (REDIS_URL) await report(await redis(REDIS_URL));
