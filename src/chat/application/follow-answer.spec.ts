import fc from 'fast-check';
import { FakeKnowledgeAccess } from '../../../test/fakes/chat-neighbours.js';
import { InMemoryAnswerLog } from '../../../test/fakes/in-memory-answer-log.js';
import { SilentLogger } from '../../../test/fakes/silent-logger.js';
import type { Message } from '../domain/message.js';
import type { RelayedEvent } from './answer-feed.js';
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
    const events = texts.map((text) => ({ type: 'message.delta' as const, data: { text } }));
    await this.log.append('answer', this.row!.epoch, await this.last, events);
    this.written += texts.join('');
  }

  async startOver(): Promise<void> {
    this.row!.epoch += 1;
    const last = await this.log.open('answer', this.row!.epoch);
    const restarted = { type: 'message.restarted' as const, data: { reason: 'worker-lost' } };
    await this.log.append('answer', this.row!.epoch, last, [restarted]);
    this.written = '';
  }

  async end(): Promise<void> {
    const last = await this.last;
    const completedAt = new Date(1);
    Object.assign(this.row!, {
      status: 'completed',
      content: this.written,
      lastSequence: last + 1,
      completedAt,
    });
    const completed = { type: 'message.completed' as const, data: { message: { content: this.written } } };
    await this.log.append('answer', this.row!.epoch, last, [completed]);
  }

  /** Connects from where the client left off, takes at most `most` batches of what is there, and leaves. */
  async connect(most: number): Promise<void> {
    const left = new AbortController();
    const feed = await this.follow.follow(ownerId, 'answer', this.ids.at(-1) ?? 0);
    if (!feed) return;
    const batches = feed.batches(left.signal);
    for (let taken = 0; taken < most && !this.terminal; taken += 1) {
      const more = this.row?.completedAt || (this.ids.at(-1) ?? 0) < (await this.last);
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
    { weight: 5, arbitrary: fc.record({ connect: fc.integer({ min: 1, max: 3 }) }) },
  );

  it('shows the content byte for byte, however often a client left and came back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, expires) => {
        const scene = new Scene();
        await scene.log.open('answer', 1);
        for (const one of steps) {
          if (one === 'start over') await scene.startOver();
          else if ('say' in one) await scene.say(one.say);
          else await scene.connect(one.connect);
        }
        await scene.end();
        if (expires) await scene.log.expire(new Date(Date.now() + 60_000));
        while (!scene.terminal) await scene.connect(1);
        expect(scene.shown).toBe(scene.row!.content);
        expect(scene.ids).toEqual([...new Set(scene.ids)].toSorted((a, b) => a - b));
        expect(scene.terminal.id).toBe(scene.row!.lastSequence);
        expect(await scene.follow.follow(ownerId, 'answer', scene.terminal.id!)).toBeNull();
      }),
      { numRuns: 200 },
    );
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
