import fc from 'fast-check';
import { FakeKnowledgeAccess } from '../../../test/fakes/chat-neighbours.js';
import { InMemoryAnswerLog } from '../../../test/fakes/in-memory-answer-log.js';
import { SilentLogger } from '../../../test/fakes/silent-logger.js';
import type { AppError } from '../../shared/app-error.js';
import type { Message } from '../domain/message.js';
import type { RelayedEvent } from './answer-feed.js';
import { sequenceBefore, type NewAnswerEvent } from './answer-log.port.js';
import { DeletedSources } from './deleted-sources.service.js';
import { EndedAnswers } from './ended-answers.js';
import { FollowAnswer } from './follow-answer.service.js';
import type { MessageRepository } from './message.repository.js';

const ownerId = 'owner';

const anAnswer = (): Message => ({
  id: 'answer',
  ownerId,
  conversationId: 'conversation',
  parentId: 'question',
  depth: 1,
  role: 'assistant',
  content: '',
  name: null,
  status: 'running',
  mode: 'plain',
  filter: null,
  citations: [],
  usage: null,
  model: null,
  error: null,
  requestId: null,
  epoch: 1,
  attempts: 1,
  dispatch: 1,
  cancelRequestedAt: null,
  lastSequence: null,
  createdAt: new Date(0),
  completedAt: null,
});

/** One answer with its row, its log, the worker that writes it, and what a client makes of the events. */
class Scene {
  row: Message | undefined = anAnswer();
  readonly log = new InMemoryAnswerLog();
  readonly follow: FollowAnswer;
  readonly ids: number[] = [];
  shown = '';
  terminal: RelayedEvent | null = null;
  private written = '';
  /** What the worker has appended last, as it remembers it. */
  private sequence = 0;
  private lost = false;

  constructor() {
    const messages = {
      findById: async () => this.row && { ...this.row },
      listEnded: async (ids: string[]) => (this.row?.completedAt ? ids : []),
    } as unknown as MessageRepository;
    const ended = new EndedAnswers(messages, new SilentLogger());
    this.follow = new FollowAnswer(messages, this.log, new DeletedSources(new FakeKnowledgeAccess()), ended);
  }

  get last(): Promise<number> {
    return this.log.bounds('answer').then((bounds) => bounds?.last ?? 0);
  }

  async say(texts: string[]): Promise<void> {
    await this.recover();
    await this.append(texts.map((text) => ({ type: 'message.delta', data: { text } })));
    this.written += texts.join('');
  }

  async startOver(): Promise<void> {
    this.row!.epoch += 1;
    const { lastSequence, hasEvents } = await this.log.open('answer', this.row!.epoch);
    this.sequence = lastSequence;
    if (hasEvents) await this.append([{ type: 'message.restarted', data: { reason: 'worker-lost' } }]);
    this.written = '';
    this.lost = false;
  }

  /** The log forgets what it has, or its newest events; the worker finds out when it says the next thing. */
  lose(newest?: number): void {
    this.log.lose('answer', newest);
    this.lost = true;
  }

  async recover(): Promise<void> {
    if (!this.lost) return;
    const ghost = this.append([{ type: 'message.delta', data: { text: 'ghost' } }]);
    const code = await ghost.catch((error: AppError) => error.code);
    if (code !== 'chat.claim-lost') throw new Error('A log that has lost events took another one.');
    await this.startOver();
  }

  async end(): Promise<void> {
    await this.recover();
    const completedAt = new Date(1);
    Object.assign(this.row!, {
      status: 'completed',
      content: this.written,
      lastSequence: this.sequence + 1,
      completedAt,
    });
    await this.append([{ type: 'message.completed', data: { message: { content: this.written } } }]);
  }

  private async append(events: NewAnswerEvent[]): Promise<void> {
    this.sequence = await this.log.append('answer', this.row!.epoch, this.sequence, events);
  }

  /** Connects from where the client left off, takes at most `most` batches of what is there, and leaves. */
  async connect(most: number): Promise<void> {
    const left = new AbortController();
    const feed = await this.follow.follow(ownerId, 'answer', this.ids.at(-1) ?? 0);
    if (!feed) return;
    const batches = feed.batches(left.signal);
    for (let taken = 0; taken < most && !this.terminal; taken += 1) {
      const [position, last] = [this.ids.at(-1) ?? 0, await this.last];
      const more = this.row?.completedAt || position < last || (position > last && taken === 0);
      if (!more) break;
      for (const event of (await batches.next()).value ?? []) this.take(event);
    }
    left.abort();
    await batches.return(undefined);
  }

  private take(event: RelayedEvent): void {
    if (event.id !== undefined) this.ids.push(event.id);
    if (event.event === 'message.restarted') this.shown = '';
    if (event.event === 'message.delta') this.shown += (event.data as { text: string }).text;
    if (event.event === 'message.completed') this.terminal = event;
  }
}

describe('FollowAnswer', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ say: fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }) }) },
    { weight: 1, arbitrary: fc.constant('start over' as const) },
    { weight: 1, arbitrary: fc.constant('lose everything' as const) },
    { weight: 1, arbitrary: fc.record({ lose: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 5, arbitrary: fc.record({ connect: fc.integer({ min: 1, max: 3 }) }) },
  );

  const afterwards = fc.constantFrom('kept', 'expired', 'newest lost');

  it('shows the content byte for byte, however often a client left and came back, and the log lost some', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), afterwards, async (steps, then) => {
        const scene = new Scene();
        await scene.log.open('answer', 1);
        for (const one of steps) {
          if (one === 'start over') await scene.startOver();
          else if (one === 'lose everything') scene.lose();
          else if ('say' in one) await scene.say(one.say);
          else if ('connect' in one) await scene.connect(one.connect);
          else {
            scene.lose(one.lose);
            await scene.recover();
          }
        }
        await scene.end();
        if (then === 'expired') await scene.log.expire(new Date(Date.now() + 60_000));
        if (then === 'newest lost') scene.log.lose('answer', 3);
        for (let visits = 0; visits < 50 && !scene.terminal; visits += 1) await scene.connect(1);
        expect(scene.shown).toBe(scene.row!.content);
        expect(scene.ids).toEqual([...new Set(scene.ids)].toSorted((a, b) => a - b));
        expect(scene.terminal?.id).toBe(scene.row!.lastSequence);
        expect(await scene.follow.follow(ownerId, 'answer', scene.row!.lastSequence!)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('voids what a client has that stays connected while the log loses it', async () => {
    const scene = new Scene();
    await scene.log.open('answer', 1);
    await scene.say(['lost']);
    const feed = await scene.follow.follow(ownerId, 'answer', 0);
    const batches = feed!.batches(new AbortController().signal);
    expect((await batches.next()).value).toMatchObject([{ id: 1, event: 'message.delta' }]);
    const next = batches.next();
    scene.lose();
    await scene.say(['kept']);
    expect((await next).value).toEqual([
      { event: 'message.restarted', data: { reason: 'events-lost' } },
      { id: sequenceBefore(2) + 1, event: 'message.delta', data: { text: 'kept' } },
    ]);
    await scene.startOver();
    expect((await batches.next()).value).toMatchObject([
      { id: sequenceBefore(3) + 1, event: 'message.restarted', data: { reason: 'worker-lost' } },
    ]);
    await batches.return(undefined);
  });

  it('reads nothing from the log that the client has not asked for', async () => {
    const scene = new Scene();
    await scene.log.open('answer', 1);
    await scene.say(Array.from({ length: 1_000 }, (_, n) => `${n} `));
    let reads = 0;
    const read = scene.log.readAfter.bind(scene.log);
    scene.log.readAfter = async (...parameters) => {
      reads += 1;
      return read(...parameters);
    };
    const feed = await scene.follow.follow(ownerId, 'answer', 0);
    const batches = feed!.batches(new AbortController().signal);
    const first = await batches.next();
    expect(first.value).toHaveLength(200);
    expect(reads).toBe(1);
    await batches.return(undefined);
  });

  it('stops waiting when the client leaves', async () => {
    const scene = new Scene();
    await scene.log.open('answer', 1);
    const left = new AbortController();
    const feed = await scene.follow.follow(ownerId, 'answer', 0);
    const next = feed!.batches(left.signal).next();
    left.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('knows no questions and no messages that are not there', async () => {
    const scene = new Scene();
    scene.row!.role = 'user';
    await expect(scene.follow.follow(ownerId, 'answer', 0)).rejects.toMatchObject({
      code: 'chat.message-not-found',
    });
    scene.row = undefined;
    await expect(scene.follow.follow(ownerId, 'answer', 0)).rejects.toMatchObject({
      code: 'chat.message-not-found',
    });
  });
});
