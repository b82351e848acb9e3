import { AnswerLog, sequenceBefore } from '../../src/chat/application/answer-log.port.js';
import type { RelayedEvent } from '../../src/chat/application/answer-feed.js';
import { DeletedSources } from '../../src/chat/application/deleted-sources.service.js';
import { EndedAnswers } from '../../src/chat/application/ended-answers.js';
import { FollowAnswer } from '../../src/chat/application/follow-answer.service.js';
import { Transaction } from '../../src/platform/database/transaction.port.js';
import { LOCAL_OWNER_ID } from '../../src/shared/caller.js';
import { saying, type Steering } from '../fakes/steered-chat-model.js';
import { describeOnRedis, TestRedis } from '../redis.js';
import { waitFor } from '../wait-for.js';
import { AnswerWorld } from './answer-world.js';
import { eventsAreRelayed } from './chat-http-events.tests.js';
import { ChatWorld } from './chat-world.js';
import { answersAreGenerated } from './generate-answer.tests.js';

/** Says one text, waits, and says the other. */
const pausing = (first: string, paused: Promise<void>, second: string): Steering =>
  async function* () {
    yield { type: 'text', text: first };
    await paused;
    yield { type: 'text', text: second };
  };

/** A client that never hangs up. */
class Reader {
  text = '';
  readonly events: RelayedEvent[] = [];
  readonly ended: Promise<void>;

  constructor(follow: FollowAnswer, messageId: string, after = 0) {
    this.ended = this.read(follow, messageId, after);
  }

  get ids(): number[] {
    return this.events.flatMap(({ id }) => id ?? []);
  }

  private async read(follow: FollowAnswer, messageId: string, after: number): Promise<void> {
    const feed = await follow.follow(LOCAL_OWNER_ID, messageId, after);
    for await (const batch of feed!.batches(new AbortController().signal))
      for (const event of batch) {
        this.events.push(event);
        if (event.event === 'message.restarted') this.text = '';
        if (event.event === 'message.delta') this.text += (event.data as { text: string }).text;
      }
  }
}

describeOnRedis('on Redis', () => {
  let redis: TestRedis;
  beforeAll(() => {
    redis = new TestRedis();
  });
  afterAll(() => redis.close());
  const openAnswers = (): Promise<AnswerWorld> =>
    AnswerWorld.open(({ transaction }) => redis.answerLog(transaction));

  answersAreGenerated(openAnswers);

  eventsAreRelayed(async () => {
    const provider = {
      provide: AnswerLog,
      useFactory: (transaction: Transaction) => redis.answerLog(transaction),
      inject: [Transaction],
    };
    const world = await ChatWorld.open({}, provider);
    world.letLogExpire = () => redis.pass(redis.config.ttlMinutes * 60_000);
    return world;
  });

  describe('an answer whose log is lost', () => {
    let world: AnswerWorld;
    let follow: FollowAnswer;
    let ended: EndedAnswers;
    let resume: () => void;
    let paused: Promise<void>;

    beforeAll(async () => {
      world = await openAnswers();
      ended = new EndedAnswers(world.messages, world.logger);
      follow = new FollowAnswer(world.messages, world.log, new DeletedSources(world.knowledge), ended);
    });
    afterAll(async () => {
      ended.onApplicationShutdown();
      await world.close();
    });
    beforeEach(() => {
      paused = new Promise((resolve) => (resume = resolve));
      world.jobs.take();
    });

    const expectRising = (ids: number[]): void =>
      expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));

    it('while it is written starts over at once, and its readers end with what is stored', async () => {
      world.model.plays.push(pausing('Lost text', paused, ' and its end'), saying('Found', ' again.'));
      const id = await world.ask('?', { mode: 'plain' });
      const reader = new Reader(follow, id);
      const running = world.run(id);
      await waitFor(() => reader.text === 'Lost text');
      const position = reader.ids.at(-1)!;

      await redis.flush();
      const back = new Reader(follow, id, position);
      await waitFor(() => back.events.length > 0);
      expect(back.events).toEqual([{ event: 'message.restarted', data: { reason: 'position-unknown' } }]);
      resume();
      await running;
      expect(await world.message(id)).toMatchObject({ status: 'queued', attempts: 1 });
      expect(world.jobs.take()).toMatchObject([{ name: 'generate-answer', payload: { messageId: id } }]);

      await world.run(id);
      const late = new Reader(follow, id, position);
      const fresh = new Reader(follow, id);
      for (const one of [reader, back, late, fresh]) {
        await one.ended;
        expect(one.text).toBe('Found again.');
        expect(one.events.at(-1)).toMatchObject({
          event: 'message.completed',
          data: { message: { content: 'Found again.' } },
        });
        expectRising(one.ids);
      }
      expect(reader.events.filter(({ event }) => event === 'message.restarted')).toHaveLength(1);
      expect(fresh.events[0]).toMatchObject({ id: sequenceBefore(2) + 1, event: 'message.started' });
      expect(await world.message(id)).toMatchObject({
        content: 'Found again.',
        lastSequence: fresh.ids.at(-1),
      });
      expect(await follow.follow(LOCAL_OWNER_ID, id, fresh.ids.at(-1)!)).toBeNull();
    });

    it('again and again ends as failed, and its readers hear of it', async () => {
      world.model.plays.push(
        ...[1, 2, 3].map(
          (attempt): Steering =>
            async function* () {
              yield { type: 'text', text: `attempt ${attempt}` };
              await waitFor(() => reader.text === `attempt ${attempt}`);
              await redis.flush();
              yield { type: 'text', text: ' is lost' };
            },
        ),
      );
      const id = await world.ask('?', { mode: 'plain' });
      const reader = new Reader(follow, id);
      for (let runs = 0; runs < 4; runs += 1) await world.run(id);
      await reader.ended;
      expect(await world.message(id)).toMatchObject({
        status: 'failed',
        content: '',
        error: { code: 'chat.workers-lost' },
      });
      expect(reader.text).toBe('');
      expect(reader.events.at(-1)).toMatchObject({
        event: 'message.failed',
        data: { error: { code: 'chat.workers-lost' } },
      });
      expectRising(reader.ids);
      expect(world.jobs.take()).toHaveLength(3);
    });

    it('between the commit of its end and the event of it is ended by its row', async () => {
      world.model.plays.push(saying('All of it.'));
      const id = await world.ask('?', { mode: 'plain' });
      const reader = new Reader(follow, id);
      const finish = world.messages.finish.bind(world.messages);
      world.messages.finish = async (...parameters) => {
        const finished = await finish(...parameters);
        await waitFor(() => reader.text === 'All of it.');
        await redis.flush();
        return finished;
      };
      await world.run(id).finally(() => (world.messages.finish = finish));
      expect(world.jobs.take()).toEqual([]);
      await reader.ended;
      expect(reader.text).toBe('All of it.');
      expect(reader.events.at(-1)).toMatchObject({ event: 'message.completed' });
      expectRising(reader.ids);
      const late = new Reader(follow, id, 1);
      await late.ended;
      expect(late.text).toBe('All of it.');
      expect(late.ids).toEqual([reader.ids.at(-1)]);
    });

    it('but not while a reader takes what is finished', async () => {
      world.model.plays.push(saying('Kept.'));
      const id = await world.ask('?', { mode: 'plain' });
      await world.run(id);
      await redis.flush();
      const reader = new Reader(follow, id, 1);
      await reader.ended;
      expect(reader.events.map(({ event }) => event)).toEqual([
        'message.restarted',
        'message.delta',
        'message.completed',
      ]);
      expect(reader.text).toBe('Kept.');
    });
  });

  it('an answer whose log has ended without it is ended by its attempts', async () => {
    const world = await openAnswers();
    const id = await world.ask('?', { mode: 'plain' });
    const { lastSequence } = await world.log.open(id, 1);
    await world.log.append(id, 1, lastSequence, [{ type: 'message.completed', data: { message: {} } }]);
    for (let runs = 0; runs < 4; runs += 1) await world.run(id);
    const message = await world.message(id);
    expect(message).toMatchObject({ status: 'failed', attempts: 4, error: { code: 'chat.workers-lost' } });
    expect(world.model.requests).toHaveLength(0);
    expect(await world.log.bounds(id)).toBeNull();
    expect(message.lastSequence).toBe(sequenceBefore(4) + 1);
    await world.close();
  });
});
