import { inspect } from 'node:util';
import type { Redis } from 'ioredis';
import { sequenceBefore, type NewAnswerEvent } from '../../src/chat/application/answer-log.port.js';
import type { RedisAnswerLog } from '../../src/chat/infrastructure/redis-answer-log.js';
import { defineAnswerScripts } from '../../src/chat/infrastructure/redis-answer-scripts.js';
import type { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import { newId } from '../../src/shared/ids.js';
import { describeOnRedis, outside, TestRedis } from '../redis.js';
import { waitFor } from '../wait-for.js';
import { answerLogContract } from './answer-log.contract.js';

const delta = (text: string): NewAnswerEvent => ({ type: 'message.delta', data: { text } });
const completed: NewAnswerEvent = { type: 'message.completed', data: { message: {} } };
const claimLost = expect.objectContaining({ code: 'chat.claim-lost' }) as unknown;

describeOnRedis('on Redis', () => {
  let redis: TestRedis;
  let log: RedisAnswerLog;
  let id: string;
  const writerKey = (): string => `${redis.prefix}{${id}}:writer`;
  const eventsKey = (): string => `${redis.prefix}{${id}}:events`;

  beforeAll(() => {
    redis = new TestRedis();
    log = redis.answerLog();
  });
  afterAll(() => redis.close());
  beforeEach(() => {
    id = newId();
  });

  answerLogContract(
    'RedisAnswerLog',
    () => log,
    () => redis.pass(redis.config.ttlMinutes * 60_000),
  );

  it('is not used inside a transaction', async () => {
    const inside = redis.answerLog({
      assertOutside: (what: string) => {
        throw new Error(`${what} inside`);
      },
    } as unknown as typeof outside);
    await expect(inside.readAfter(id, 0)).rejects.toThrow('The answer log inside');
    await expect(inside.append(id, 1, 0, [])).rejects.toThrow('The answer log inside');
    await expect(inside.subscribe(id, () => undefined)).rejects.toThrow('The answer log inside');
  });

  it('keeps text that no other store takes', async () => {
    const text = 'a\0b\uD83D';
    await log.open(id, 1);
    await log.append(id, 1, 0, [delta(text)]);
    expect(await log.readAfter(id, 0)).toEqual([{ sequence: 1, ...delta(text) }]);
  });

  it('lets everything run out, also what never ended', async () => {
    await log.open(id, 1);
    const { commands } = redis.connections;
    expect(await commands.pttl(writerKey())).toBeGreaterThan(0);
    await log.append(id, 1, 0, [delta('a')]);
    const ends = redis.config.ttlMinutes * 60_000;
    for (const key of [writerKey(), eventsKey()]) expect(await commands.pttl(key)).toBeGreaterThan(ends);
    await log.append(id, 1, 1, [completed]);
    for (const key of [writerKey(), eventsKey()]) {
      const ttl = await commands.pttl(key);
      expect(ttl).toBeGreaterThan(0);
      expect(ttl).toBeLessThanOrEqual(ends);
    }
  });

  it('leaves nothing of a removed message', async () => {
    await log.open(id, 1);
    await log.append(id, 1, 0, [delta('a')]);
    await log.remove([id]);
    expect((await redis.keys()).filter((key) => key.includes(id))).toEqual([]);
  });

  describe('that has lost', () => {
    beforeEach(async () => {
      await log.open(id, 1);
      await log.append(id, 1, 0, [delta('a'), delta('b')]);
    });

    it('everything refuses the writer, and starts the next one above what readers may have', async () => {
      await redis.flush();
      await expect(log.append(id, 1, 2, [delta('c')])).rejects.toEqual(claimLost);
      expect(await log.bounds(id)).toBeNull();
      expect(await log.open(id, 2)).toEqual({ lastSequence: sequenceBefore(2), hasEvents: false });
      expect(await log.append(id, 2, sequenceBefore(2), [delta('x')])).toBe(sequenceBefore(2) + 1);
      expect(await log.readAfter(id, 2)).toEqual([{ sequence: sequenceBefore(2) + 1, ...delta('x') }]);
      await expect(log.append(id, 1, 2, [delta('ghost')])).rejects.toEqual(claimLost);
    });

    it('its newest events, as after a failover, does the same', async () => {
      const { commands } = redis.connections;
      const [writer, events] = [writerKey(), eventsKey()];
      const older = [await commands.dumpBuffer(writer), await commands.dumpBuffer(events)] as const;
      await log.append(id, 1, 2, [delta('c')]);
      await redis.flush();
      await commands.restore(writer, 60_000, older[0]);
      await commands.restore(events, 60_000, older[1]);
      await expect(log.append(id, 1, 3, [delta('d')])).rejects.toEqual(claimLost);
      expect(await log.open(id, 2)).toEqual({ lastSequence: sequenceBefore(2), hasEvents: true });
      await log.append(id, 2, sequenceBefore(2), [delta('x')]);
      expect((await log.readAfter(id, 0)).map(({ sequence }) => sequence)).toEqual([
        1,
        2,
        sequenceBefore(2) + 1,
      ]);
    });

    it('its events and not their writer refuses both the writer and the rest', async () => {
      await redis.connections.commands.unlink(eventsKey());
      await expect(log.append(id, 1, 2, [delta('c')])).rejects.toEqual(claimLost);
      expect(await log.open(id, 2)).toEqual({ lastSequence: sequenceBefore(2), hasEvents: false });
    });

    it('the writer and not its events drops these', async () => {
      await redis.connections.commands.unlink(writerKey());
      await expect(log.append(id, 1, 2, [delta('c')])).rejects.toEqual(claimLost);
      expect(await log.open(id, 2)).toEqual({ lastSequence: sequenceBefore(2), hasEvents: false });
      expect(await log.bounds(id)).toBeNull();
    });
  });

  it('takes an append once that the client sends again after a lost connection', async () => {
    const scripts = defineAnswerScripts(redis.connections.commands);
    await log.open(id, 1);
    const append = (token: string): Promise<number | null> =>
      scripts.appendToAnswer(writerKey(), eventsKey(), 1, 0, token, 60_000, 0, 'x', 'message.delta', '{}');
    expect(await append('same')).toBe(1);
    expect(await append('same')).toBe(1);
    expect(await append('other')).toBeNull();
    expect(await log.bounds(id)).toEqual({ first: 1, last: 1 });
    await log.open(id, 2);
    expect(await append('same')).toBeNull();
  });

  it('fails as a store that is away, and tells nothing of the text', async () => {
    await redis.connections.commands.set(eventsKey(), 'in the way', 'PX', 60_000);
    await redis.connections.commands.hset(writerKey(), { epoch: 1, last: 0, events: 0 });
    const failure: unknown = await log
      .append(id, 1, 0, [delta('my secret')])
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'chat.answer-log-unavailable', kind: 'unavailable' });
    expect(inspect(failure, { depth: 9, showHidden: true })).toContain('WRONGTYPE');
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('my secret');
    await expect(log.readAfter(id, 0)).rejects.toMatchObject({ code: 'chat.answer-log-unavailable' });
  });

  describe('with many readers', () => {
    let opened: Redis[];
    let counted: RedisAnswerLog;

    beforeEach(() => {
      opened = [];
      const { connections } = redis;
      const counting = {
        commands: connections.commands,
        open: (...parameters: Parameters<RedisConnections['open']>) => {
          const client = connections.open(...parameters);
          opened.push(client);
          return client;
        },
      } as RedisConnections;
      counted = redis.answerLog(outside, counting);
    });

    it('listens on one connection, and to nothing that nobody reads', async () => {
      const ids = Array.from({ length: 300 }, () => newId());
      const woken = new Set<number>();
      const ends = await Promise.all(
        ids.flatMap((messageId, n) =>
          [0, 1].map((half) => counted.subscribe(messageId, () => woken.add(2 * n + half))),
        ),
      );
      expect(opened).toHaveLength(1);
      for (const messageId of ids) {
        await log.open(messageId, 1);
        await log.append(messageId, 1, 0, [delta('a')]);
      }
      await waitFor(() => woken.size === 600);
      const { commands } = redis.connections;
      const subscribed = async (): Promise<number> =>
        (await commands.pubsub('CHANNELS', `${redis.prefix}*`)).length;
      expect(await subscribed()).toBe(300);
      for (const end of ends) end();
      await waitFor(async () => (await subscribed()) === 0);
    });

    it('wakes them after a lost connection, since they may have missed something', async () => {
      await log.open(id, 1);
      let wakeUps = 0;
      const end = await counted.subscribe(id, () => wakeUps++);
      const [listener] = opened;
      listener!.disconnect(true);
      await waitFor(() => listener!.status === 'reconnecting');
      const before = wakeUps;
      await log.append(id, 1, 0, [delta('missed')]);
      await waitFor(() => wakeUps > before);
      const again = wakeUps;
      await log.append(id, 1, 1, [delta('heard')]);
      await waitFor(() => wakeUps > again);
      expect(opened).toHaveLength(1);
      end();
    });
  });
});
