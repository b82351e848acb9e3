import type { MessageView, StartedAnswer } from '../../src/chat/application/message-view.js';
import { ManageConversations } from '../../src/chat/application/manage-conversations.service.js';
import { newId } from '../../src/shared/ids.js';
import { SseClient } from '../sse-client.js';
import { waitFor } from '../wait-for.js';
import { ChatWorld } from './chat-world.js';
import type { ProbeAnswer } from './http-probe.js';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown;
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;

describe('chat over HTTP', () => {
  let world: ChatWorld;

  beforeAll(async () => {
    world = await ChatWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.jobs.take();
    world.liveness.served = true;
  });

  const outcome = (answer: ProbeAnswer) => ({ status: answer.status, code: answer.json().code });
  const messagesOf = async (id: string, query = ''): Promise<MessageView[]> =>
    (await world.get(`/conversations/${id}/messages${query}`)).json<{ data: MessageView[] }>().data;
  const contentsOf = async (id: string, query = ''): Promise<string[]> =>
    (await messagesOf(id, query)).map(({ content }) => content);

  /** Something of another owner's, which no request of ours may reach. */
  const foreignConversation = async (): Promise<string> => {
    const conversations = world.probe.app.get(ManageConversations, { strict: false });
    return (await conversations.create(newId(), {})).id;
  };

  describe('conversations', () => {
    it('are made, read, changed and deleted', async () => {
      const collection = newId();
      world.knowledge.collections.add(collection);
      const given = { title: '제목', collectionIds: [collection], systemPrompt: 'Be brief.' };
      const created = await world.post('/conversations', given);
      expect(created.status).toBe(201);
      const { id } = created.json<{ id: string }>();
      expect(created.headers.location).toBe(`/api/v1/conversations/${id}`);
      expect(created.json()).toEqual({
        id: uuid,
        ...given,
        activeMessageId: null,
        createdAt: time,
        updatedAt: time,
      });
      expect((await world.get(`/conversations/${id}`)).json()).toEqual(created.json());

      const changed = await world.patch(`/conversations/${id}`, { title: null, collectionIds: null });
      expect(changed.status).toBe(200);
      expect(changed.json()).toMatchObject({ title: null, collectionIds: null, systemPrompt: 'Be brief.' });
      expect((await world.patch(`/conversations/${id}`, {})).json()).toEqual(changed.json());

      expect((await world.delete(`/conversations/${id}`)).status).toBe(204);
      expect(world.memory.forgottenConversations).toContain(id);
      expect(outcome(await world.get(`/conversations/${id}`))).toEqual({
        status: 404,
        code: 'chat.conversation-not-found',
      });
      expect((await world.delete(`/conversations/${id}`)).status).toBe(404);
    });

    it('are listed newest first, page by page', async () => {
      const ids = [];
      for (const title of ['a', 'b', 'c']) ids.unshift(await world.conversation({ title }));
      const first = (await world.get('/conversations?limit=2')).json<{
        data: { id: string }[];
        nextCursor: string;
      }>();
      const second = (await world.get(`/conversations?limit=2&cursor=${first.nextCursor}`)).json<
        typeof first
      >();
      expect([...first.data, ...second.data].slice(0, 3).map(({ id }) => id)).toEqual(ids);
      expect((await world.get('/conversations?cursor=nonsense')).status).toBe(400);
      expect((await world.get('/conversations?limit=0')).status).toBe(400);
    });

    it('are changed only at the version that If-Match names', async () => {
      const created = await world.post('/conversations', { title: 'a' });
      const path = `/conversations/${created.json().id as string}`;
      const etag = String(created.headers.etag);
      const changed = await world.patch(path, { title: 'b' }, { 'if-match': etag });
      expect(changed.status).toBe(200);
      expect(changed.headers.etag).not.toBe(etag);
      expect((await world.patch(path, { title: 'c' }, { 'if-match': etag })).status).toBe(412);
      expect((await world.patch(path, { title: 'c' }, { 'if-match': '*' })).status).toBe(200);
    });

    it.each([
      [{ title: 'x'.repeat(301) }, 400],
      [{ title: 7 }, 400],
      [{ systemPrompt: 'x'.repeat(16_001) }, 400],
      [{ collectionIds: [] }, 400],
      [{ collectionIds: ['x'] }, 400],
      [{ unknown: 1 }, 400],
      [{ collectionIds: [newId()] }, 404],
    ])('refuses %j', async (body, status) => {
      expect((await world.post('/conversations', body)).status).toBe(status);
    });

    it('of another owner do not exist', async () => {
      const id = await foreignConversation();
      const answers = [
        await world.get(`/conversations/${id}`),
        await world.patch(`/conversations/${id}`, { title: 'x' }),
        await world.delete(`/conversations/${id}`),
        await world.get(`/conversations/${id}/messages`),
        await world.post(`/conversations/${id}/messages`, { content: 'x' }),
        await world.post(`/conversations/${id}/import`, { messages: [{ role: 'user', content: 'x' }] }),
      ];
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    });
  });

  describe('a question', () => {
    it('is stored with its answer before the 202, and sent to the workers', async () => {
      const id = await world.conversation();
      const answer = await world.post(`/conversations/${id}/messages`, { content: '왜?' });
      expect(answer.status).toBe(202);
      const { userMessage, assistantMessage, eventsUrl } = answer.json<StartedAnswer>();
      const common = {
        id: uuid,
        conversationId: id,
        mode: 'knowledge',
        citations: [],
        usage: null,
        model: null,
        error: null,
        createdAt: time,
      };
      expect(userMessage).toEqual({
        ...common,
        parentId: null,
        role: 'user',
        content: '왜?',
        status: 'completed',
        completedAt: time,
      });
      expect(assistantMessage).toEqual({
        ...common,
        parentId: userMessage.id,
        role: 'assistant',
        content: '',
        status: 'queued',
        completedAt: null,
      });
      expect(eventsUrl).toBe(`/api/v1/messages/${assistantMessage.id}/events`);
      expect(await world.message(assistantMessage.id)).toEqual(assistantMessage);
      expect((await world.get(`/conversations/${id}`)).json().activeMessageId).toBe(assistantMessage.id);
      expect(world.jobs.take()).toMatchObject([
        {
          name: 'generate-answer',
          jobId: `${assistantMessage.id}-1-1`,
          payload: { messageId: assistantMessage.id, requestId: answer.headers['x-request-id'] },
        },
      ]);
    });

    it.each([
      [{ content: 'x', mode: 'page', page: { html: '<p>a</p>', url: 'https://x/', title: 'T' } }, 202],
      [{ content: 'x', mode: 'page', page: { text: 'a' } }, 202],
      [{ content: 'x', filter: { type: 'eq', key: 'a', value: 1 } }, 202],
      [{}, 400],
      [{ content: null }, 400],
      [{ content: ' \n\t ' }, 400],
      [{ content: 'x', mode: 'other' }, 400],
      [{ content: 'x', mode: 'page' }, 400],
      [{ content: 'x', mode: 'plain', page: { text: 'a' } }, 400],
      [{ content: 'x', page: { text: 'a' } }, 400],
      [{ content: 'x', mode: 'page', page: {} }, 400],
      [{ content: 'x', mode: 'page', page: [] }, 400],
      [{ content: 'x', mode: 'page', page: { html: 'a', text: 'a' } }, 400],
      [{ content: 'x', mode: 'page', page: { text: 'a', other: 1 } }, 400],
      [{ content: 'x', filter: { type: 'bad' } }, 400],
      [{ content: 'x', parentId: 'x' }, 400],
      [{ content: 'x', extra: 1 }, 400],
      [{ content: 'x', parentId: newId() }, 404],
      [{ content: '가'.repeat(10_923) }, 413],
      [{ content: 'x', mode: 'page', page: { text: 'a'.repeat(2_097_153) } }, 413],
      [{ content: 'x', mode: 'page', page: { html: '<p> </p>' } }, 422],
    ])('is judged: %#', async (body, status) => {
      const id = await world.conversation();
      const answer = await world.post(`/conversations/${id}/messages`, body);
      expect(answer.status).toBe(status);
      expect(await messagesOf(id)).toHaveLength(status === 202 ? 2 : 0);
    });

    it('may be exactly as long as allowed', async () => {
      const id = await world.conversation();
      expect((await world.ask(id, { content: '가'.repeat(10_922) + 'ab' })).userMessage.content).toHaveLength(
        10_924,
      );
    });

    it('keeps the reduced page and no markup', async () => {
      const id = await world.conversation();
      const page = { html: '<h1>Hi</h1><script>there</script>', url: 'javascript:x', title: 'T' };
      const { userMessage } = await world.ask(id, { mode: 'page', page });
      const [row] = await world.probe.database.database.query('SELECT page FROM message WHERE id = $1', [
        userMessage.id,
      ]);
      expect(row).toEqual({ page: { url: 'javascript:x', title: 'T', text: 'Hithere' } });
    });

    it('continues the active path, and another where a parent is named', async () => {
      const id = await world.conversation();
      const first = await world.answered(id, 'A1', { content: 'Q1' });
      await world.answered(id, 'A2', { content: 'Q2' });
      expect(await contentsOf(id)).toEqual(['Q1', 'A1', 'Q2', 'A2']);
      const edited = await world.answered(id, 'A2b', { content: 'Q2b', parentId: first.assistantMessage.id });
      expect(await contentsOf(id)).toEqual(['Q1', 'A1', 'Q2b', 'A2b']);
      await world.answered(id, 'Z', { content: 'root', parentId: null });
      expect(await contentsOf(id)).toEqual(['root', 'Z']);
      expect(await contentsOf(id, `?leafId=${edited.assistantMessage.id}`)).toEqual([
        'Q1',
        'A1',
        'Q2b',
        'A2b',
      ]);
      const all = ['Q1', 'A1', 'Q2', 'A2', 'Q2b', 'A2b', 'root', 'Z'];
      expect(await contentsOf(id, '?all=true')).toEqual(all);
      await world.patch(`/conversations/${id}`, { activeMessageId: first.assistantMessage.id });
      expect(await contentsOf(id)).toEqual(['Q1', 'A1']);
    });

    it('takes no parent, leaf or active message of another conversation', async () => {
      const [id, other] = [await world.conversation(), await world.conversation()];
      const { assistantMessage } = await world.answered(other, 'x');
      const notFound = { status: 404, code: 'chat.message-not-found' };
      const body = { content: 'x', parentId: assistantMessage.id };
      expect(outcome(await world.post(`/conversations/${id}/messages`, body))).toEqual(notFound);
      expect(outcome(await world.get(`/conversations/${id}/messages?leafId=${assistantMessage.id}`))).toEqual(
        notFound,
      );
      const change = { activeMessageId: assistantMessage.id };
      expect(outcome(await world.patch(`/conversations/${id}`, change))).toEqual(notFound);
    });

    it('waits for the answer in progress on its branch, however many ask at once', async () => {
      const id = await world.conversation();
      const { assistantMessage: first } = await world.answered(id, 'A');
      const ask = () => world.post(`/conversations/${id}/messages`, { content: 'x' });
      const answers = await Promise.all(Array.from({ length: 8 }, ask));
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
      expect(statuses).toEqual([202, ...Array<number>(7).fill(409)]);
      expect(outcome(await ask())).toEqual({ status: 409, code: 'chat.answer-in-progress' });
      expect((await world.ask(id, { parentId: first.id })).userMessage.parentId).toBe(first.id);
      expect(await messagesOf(id, '?all=true')).toHaveLength(6);
    });

    it('is refused, and nothing stored, when nobody is there to answer', async () => {
      const id = await world.conversation();
      world.liveness.served = false;
      const answer = await world.post(`/conversations/${id}/messages`, { content: 'x' });
      expect(outcome(answer)).toEqual({ status: 503, code: 'chat.no-live-worker' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      const streamed = await world.post(
        `/conversations/${id}/messages`,
        { content: 'x' },
        { accept: 'text/event-stream' },
      );
      expect(streamed.status).toBe(503);
      expect(streamed.headers['content-type']).toContain('application/problem+json');
      expect((await world.post(`/conversations/${id}/messages`, {})).status).toBe(400);
      expect(await messagesOf(id)).toEqual([]);
    });
  });

  describe('a question that asks for the stream', () => {
    const stream = (id: string, headers: Record<string, string> = {}, body: object = { content: 'x' }) =>
      SseClient.open(world.probe.port, `/api/v1/conversations/${id}/messages`, {
        method: 'POST',
        headers,
        body,
      });

    it.each(['text/event-stream', 'application/json, text/event-stream;q=0.9'])(
      'gets it (%s)',
      async (accept) => {
        const id = await world.conversation();
        const client = await stream(id, { accept });
        expect(client.status).toBe(200);
        const [, answer] = await messagesOf(id);
        const worker = await world.claim(answer!.id);
        await worker.say('a', 'b');
        await worker.end({ content: 'ab' });
        await client.toEnd();
        expect(client.text).toBe('ab');
        expect(client.ids).toEqual([1, 2, 3]);
      },
    );

    it.each(['*/*', 'text/*', 'application/json', 'text/event-stream;q=0, */*'])(
      'is answered 202 for %s',
      async (accept) => {
        const id = await world.conversation();
        expect((await world.post(`/conversations/${id}/messages`, { content: 'x' }, { accept })).status).toBe(
          202,
        );
      },
    );

    it('attaches a repeat from the start and starts nothing', async () => {
      const id = await world.conversation();
      const headers = { 'idempotency-key': 'k1' };
      const first = await stream(id, headers);
      const [, answer] = await messagesOf(id);
      const worker = await world.claim(answer!.id);
      await worker.say('a');
      await first.until(() => first.text === 'a');
      first.leave();
      const again = await stream(id, headers);
      expect(again.headers['idempotent-replayed']).toBe('true');
      await worker.end({ content: 'a' });
      await again.toEnd();
      expect(again.ids).toEqual([1, 2]);
      const asJson = await world.post(`/conversations/${id}/messages`, { content: 'x' }, headers);
      expect(asJson.status).toBe(202);
      expect(asJson.json<StartedAnswer>().assistantMessage.id).toBe(answer!.id);
      expect(await messagesOf(id, '?all=true')).toHaveLength(2);
      expect(world.jobs.take()).toHaveLength(1);
    });
  });

  describe('Idempotency-Key', () => {
    it('makes a question once, for repeats at the same time, too', async () => {
      const id = await world.conversation();
      const ask = (body: object) =>
        world.post(`/conversations/${id}/messages`, body, { 'idempotency-key': 'once' });
      const answers = await Promise.all([1, 2, 3, 4].map(() => ask({ content: 'x' })));
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
      for (const answer of answers) expect(answer.json()).toEqual(answers[0]!.json());
      expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(3);
      expect(await messagesOf(id)).toHaveLength(2);
      expect((await ask({ content: 'other' })).status).toBe(409);
      expect((await ask({ content: '' })).status).toBe(400);
    });

    it('replays although no worker is there, and keeps no refusal', async () => {
      const id = await world.conversation();
      const ask = () =>
        world.post(`/conversations/${id}/messages`, { content: 'x' }, { 'idempotency-key': 'k' });
      world.liveness.served = false;
      expect((await ask()).status).toBe(503);
      world.liveness.served = true;
      const first = await ask();
      world.liveness.served = false;
      expect((await ask()).json()).toEqual(first.json());
    });

    it('is honoured by every other creating POST', async () => {
      const headers = { 'idempotency-key': newId() };
      const conversations = [
        await world.post('/conversations', {}, headers),
        await world.post('/conversations', {}, headers),
      ];
      expect(conversations[1]!.json()).toEqual(conversations[0]!.json());
      const id = conversations[0]!.json().id as string;
      const history = {
        messages: [
          { role: 'user', content: 'Q' },
          { role: 'assistant', content: 'A' },
        ],
      };
      for (let turn = 0; turn < 2; turn += 1)
        await world.post(`/conversations/${id}/import`, history, headers);
      const [, answer] = await messagesOf(id);
      const again = () => world.post(`/messages/${answer!.id}/regenerate`, undefined, headers);
      expect((await again()).json()).toEqual((await again()).json());
      expect(await messagesOf(id, '?all=true')).toHaveLength(3);
    });
  });

  describe('regenerating', () => {
    it('makes a sibling and keeps the old answer', async () => {
      const id = await world.conversation();
      const { userMessage, assistantMessage } = await world.answered(id, 'old', {
        content: 'Q',
        mode: 'plain',
      });
      const answer = await world.post(`/messages/${assistantMessage.id}/regenerate`);
      expect(answer.status).toBe(202);
      const again = answer.json<StartedAnswer>();
      expect(again.userMessage.id).toBe(userMessage.id);
      expect(again.assistantMessage).toMatchObject({
        parentId: userMessage.id,
        status: 'queued',
        mode: 'plain',
      });
      expect((await world.get(`/conversations/${id}`)).json().activeMessageId).toBe(
        again.assistantMessage.id,
      );
      expect((await world.message(assistantMessage.id)).content).toBe('old');
      const busy = { status: 409, code: 'chat.answer-in-progress' };
      expect(outcome(await world.post(`/messages/${assistantMessage.id}/regenerate`))).toEqual(busy);
      expect(outcome(await world.post(`/messages/${again.assistantMessage.id}/regenerate`))).toEqual(busy);
    });

    it('is for answers only', async () => {
      const id = await world.conversation();
      const { userMessage } = await world.answered(id, 'x');
      const refused = await world.post(`/messages/${userMessage.id}/regenerate`);
      expect(outcome(refused)).toEqual({ status: 409, code: 'chat.not-an-answer' });
      expect((await world.post(`/messages/${newId()}/regenerate`)).status).toBe(404);
    });
  });

  describe('cancelling', () => {
    it('ends a waiting answer at once', async () => {
      const id = await world.conversation();
      const { assistantMessage } = await world.ask(id);
      const client = await world.events(assistantMessage.id);
      const cancelled = await world.post(`/messages/${assistantMessage.id}/cancel`);
      expect(cancelled.status).toBe(202);
      expect(cancelled.json()).toMatchObject({ status: 'cancelled', content: '', completedAt: time });
      await client.toEnd();
      expect(client.names).toEqual(['message.cancelled']);
      expect(client.events[0]!.data.message).toEqual(await world.message(assistantMessage.id));
      await expect(world.claim(assistantMessage.id)).rejects.toThrow('not there to be claimed');
      expect((await world.events(assistantMessage.id, '1')).status).toBe(204);
      const again = await world.post(`/messages/${assistantMessage.id}/cancel`);
      expect([again.status, again.json()]).toEqual([202, cancelled.json()]);
      expect((await world.ask(id)).userMessage.parentId).toBe(assistantMessage.id);
    });

    it('voids what a lost attempt had said', async () => {
      const id = await world.conversation();
      const { assistantMessage } = await world.ask(id);
      const worker = await world.claim(assistantMessage.id);
      await worker.say('half');
      await world.messages.requeue(assistantMessage.id, worker.epoch, 0);
      await world.post(`/messages/${assistantMessage.id}/cancel`);
      const client = await (await world.events(assistantMessage.id)).toEnd();
      expect(client.text).toBe((await world.message(assistantMessage.id)).content);
      expect(client.names).toEqual(['message.delta', 'message.restarted', 'message.cancelled']);
      await expect(worker.say('more')).rejects.toMatchObject({ code: 'chat.claim-lost' });
    });

    it('tells the worker of a running answer, by a wake-up and by its lease', async () => {
      const id = await world.conversation();
      const { assistantMessage } = await world.ask(id);
      const worker = await world.claim(assistantMessage.id);
      const woken = new Promise<string>((resolve) => {
        void world.probe.database.notifications.listen('answer_cancel', resolve).then(async () => {
          const answer = await world.post(`/messages/${assistantMessage.id}/cancel`);
          expect([answer.status, answer.json().status]).toEqual([202, 'running']);
        });
      });
      expect(await woken).toBe(assistantMessage.id);
      expect(await world.renewed(worker)).toBe('cancel-requested');
      await worker.say('so far');
      await worker.end({ status: 'cancelled', content: 'so far' });
      expect((await world.post(`/messages/${assistantMessage.id}/cancel`)).status).toBe(202);
    });

    it('ends an answer whose worker was lost', async () => {
      const id = await world.conversation();
      const { assistantMessage } = await world.ask(id);
      const worker = await world.claim(assistantMessage.id);
      await world.probe.database.database.execute(
        "UPDATE message SET lease_until = now() - interval '1 second' WHERE id = $1",
        [assistantMessage.id],
      );
      const cancelled = await world.post(`/messages/${assistantMessage.id}/cancel`);
      expect(cancelled.json().status).toBe('cancelled');
      expect(await world.renewed(worker)).toBeUndefined();
    });

    it('is refused once finished, and of what is not there', async () => {
      const id = await world.conversation();
      const { userMessage, assistantMessage } = await world.answered(id, 'x');
      for (const message of [userMessage, assistantMessage]) {
        const answer = await world.post(`/messages/${message.id}/cancel`);
        expect(outcome(answer)).toEqual({ status: 409, code: 'chat.message-finished' });
      }
      expect((await world.post(`/messages/${newId()}/cancel`)).status).toBe(404);
    });
  });

  describe('deleting', () => {
    it('takes a message with its descendants, their events and what was derived', async () => {
      const id = await world.conversation();
      const first = await world.answered(id, 'A1');
      const second = await world.answered(id, 'A2');
      const third = await world.ask(id);
      expect((await world.delete(`/messages/${second.userMessage.id}`)).status).toBe(204);
      const gone = [second, third].flatMap(({ userMessage, assistantMessage }) => [
        userMessage.id,
        assistantMessage.id,
      ]);
      for (const messageId of gone) expect((await world.get(`/messages/${messageId}`)).status).toBe(404);
      expect(world.memory.forgottenMessages.at(-1)!.toSorted()).toEqual(gone.toSorted());
      expect(await world.log.bounds(second.assistantMessage.id)).toBeNull();
      expect((await world.get(`/conversations/${id}`)).json().activeMessageId).toBe(
        first.assistantMessage.id,
      );
      expect(await messagesOf(id, '?all=true')).toHaveLength(2);
      expect((await world.delete(`/messages/${second.userMessage.id}`)).status).toBe(404);
    });

    it('takes a conversation with all of it', async () => {
      const id = await world.conversation();
      const { assistantMessage } = await world.answered(id, 'x');
      const running = await world.ask(id);
      const worker = await world.claim(running.assistantMessage.id);
      expect((await world.delete(`/conversations/${id}`)).status).toBe(204);
      expect((await world.get(`/messages/${assistantMessage.id}`)).status).toBe(404);
      expect(await world.log.bounds(assistantMessage.id)).toBeNull();
      await expect(worker.say('x')).rejects.toMatchObject({ code: 'chat.claim-lost' });
      await expect(worker.commit()).rejects.toThrow('claim was lost');
    });
  });

  describe('importing', () => {
    const history = [
      { role: 'user', content: '하나', name: '철수', createdAt: '2031-01-01T00:00:00Z' },
      { role: 'assistant', content: 'two', createdAt: '2001-01-01T00:00:00.5+09:00' },
      { role: 'user', content: 'three' },
    ];

    it('appends to the active path in the order given, and generates nothing', async () => {
      const id = await world.conversation();
      const { assistantMessage } = await world.answered(id, 'A', { content: 'Q' });
      world.jobs.take();
      const answer = await world.post(`/conversations/${id}/import`, { messages: history });
      expect(answer.status).toBe(201);
      expect(answer.headers.location).toBe(`/api/v1/conversations/${id}/messages`);
      const { data } = answer.json<{ data: MessageView[] }>();
      expect(data.map(({ content, role, status }) => [role, content, status])).toEqual([
        ['user', '하나', 'completed'],
        ['assistant', 'two', 'completed'],
        ['user', 'three', 'completed'],
      ]);
      expect(data[0]).toMatchObject({ parentId: assistantMessage.id, createdAt: '2031-01-01T00:00:00.000Z' });
      expect(data[1]).toMatchObject({ parentId: data[0]!.id, createdAt: '2000-12-31T15:00:00.500Z' });
      expect(await contentsOf(id)).toEqual(['Q', 'A', '하나', 'two', 'three']);
      expect(world.memory.grown.at(-1)).toBe(data[2]!.id);
      expect(world.jobs.take()).toEqual([]);
      const events = await (await world.events(data[1]!.id)).toEnd();
      expect(events.text).toBe('two');
      expect(events.names.at(-1)).toBe('message.completed');
    });

    it('takes a thousand, page by page in order', async () => {
      const id = await world.conversation();
      const messages = Array.from({ length: 1_000 }, (_, n) => ({
        role: n % 2 ? 'assistant' : 'user',
        content: `${n}`,
      }));
      expect((await world.post(`/conversations/${id}/import`, { messages })).status).toBe(201);
      const read: string[] = [];
      let cursor = '';
      do {
        const page = (await world.get(`/conversations/${id}/messages?limit=100${cursor}`)).json<{
          data: MessageView[];
          nextCursor: string | null;
        }>();
        read.push(...page.data.map(({ content }) => content));
        cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
      expect(read).toEqual(messages.map(({ content }) => content));
      expect(await messagesOf(id)).toHaveLength(20);
    });

    it.each([
      [[], 400],
      [Array.from({ length: 1_001 }, () => ({ role: 'user', content: 'x' })), 400],
      [[{ role: 'system', content: 'x' }], 400],
      [[{ role: 'user', content: ' ' }], 400],
      [[{ role: 'user' }], 400],
      [[{ role: 'user', content: 'x', createdAt: 'yesterday' }], 400],
      [[{ role: 'user', content: 'x', createdAt: '2025-02-30T00:00:00Z' }], 400],
      [[{ role: 'user', content: 'x', createdAt: '0000-01-01T00:00:00Z' }], 400],
      [[{ role: 'user', content: 'x', createdAt: '+012345-01-01T00:00:00Z' }], 400],
      [[{ role: 'user', content: 'x', other: 1 }], 400],
      [['x'], 400],
      [[null], 400],
      [[history[0], { role: 'user', content: 'x'.repeat(32_769) }], 413],
    ])('refuses the whole of what is not right: %#', async (messages, status) => {
      const id = await world.conversation();
      expect((await world.post(`/conversations/${id}/import`, { messages })).status).toBe(status);
      expect(await messagesOf(id)).toEqual([]);
    });

    it('does not put a history under an answer in progress', async () => {
      const id = await world.conversation();
      await world.ask(id);
      expect(outcome(await world.post(`/conversations/${id}/import`, { messages: history }))).toEqual({
        status: 409,
        code: 'chat.answer-in-progress',
      });
    });
  });

  it('shows the context of a question without asking it', async () => {
    const id = await world.conversation();
    const body = { content: 'x', parentId: null, budgetTokens: 500 };
    const answer = await world.post(`/conversations/${id}/context`, body);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ totalTokens: 1, fullHistoryTokens: 2 });
    expect(world.preview.asked.at(-1)).toEqual([id, body]);
    for (const wrong of [
      {},
      { ...body, budgetTokens: 0 },
      { ...body, budgetTokens: 1.5 },
      { ...body, other: 1 },
    ])
      expect((await world.post(`/conversations/${id}/context`, wrong)).status).toBe(400);
  });

  it('shows the trace of a finished answer', async () => {
    const id = await world.conversation();
    const { assistantMessage } = await world.ask(id);
    expect((await world.get(`/messages/${assistantMessage.id}/trace`)).json()).toEqual({
      messageId: assistantMessage.id,
      trace: null,
    });
    const worker = await world.claim(assistantMessage.id);
    await worker.end({ trace: { passages: 3 } });
    expect((await world.get(`/messages/${assistantMessage.id}/trace`)).json().trace).toEqual({ passages: 3 });
    expect((await world.get(`/messages/${newId()}/trace`)).status).toBe(404);
  });

  it.each(['?all=maybe', '?leafId=x', `?all=true&leafId=${newId()}`, '?other=1', '?limit=101'])(
    'refuses the list query %s',
    async (query) => {
      const id = await world.conversation();
      expect((await world.get(`/conversations/${id}/messages${query}`)).status).toBe(400);
    },
  );
});

describe('the dam', () => {
  let world: ChatWorld;

  beforeAll(async () => {
    world = await ChatWorld.open({ CHAT_QUEUE_LIMIT: '2', STREAMS_PER_OWNER: '1' });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.probe.database.database.execute("UPDATE message SET status = 'completed'");
  });

  const ask = async () => {
    const id = await world.conversation();
    return world.post(`/conversations/${id}/messages`, { content: 'x' });
  };
  const answerOf = (answer: ProbeAnswer): string => answer.json<StartedAnswer>().assistantMessage.id;

  it('closes when as many answers wait as may', async () => {
    const [first, second, third] = [await ask(), await ask(), await ask()];
    expect([first.status, second.status, third.status]).toEqual([202, 202, 503]);
    expect(third.json().code).toBe('chat.queue-full');
    await world.claim(answerOf(first));
    expect((await ask()).status).toBe(202);
  });

  it('takes no more than may wait of those that come together', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => world.conversation()));
    const answers = await Promise.all(
      ids.map((id) => world.post(`/conversations/${id}/messages`, { content: 'x' })),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(2);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 503]));
  });

  it('holds back a second answer to a question too', async () => {
    const { assistantMessage } = await world.answered(await world.conversation(), 'x');
    await ask();
    await ask();
    const refused = await world.post(`/messages/${assistantMessage.id}/regenerate`);
    expect([refused.status, refused.json().code]).toEqual([503, 'chat.queue-full']);
    const keyed = await world.post(`/messages/${assistantMessage.id}/regenerate`, undefined, {
      'idempotency-key': 'again',
    });
    expect(keyed.status).toBe(503);
    await world.probe.database.database.execute("UPDATE message SET status = 'completed'");
    const taken = await world.post(`/messages/${assistantMessage.id}/regenerate`, undefined, {
      'idempotency-key': 'again',
    });
    expect(taken.status).toBe(202);
  });

  it('closes when an answer waits longer than promised', async () => {
    const waiting = await ask();
    await world.probe.database.database.execute(
      "UPDATE message SET queued_at = now() - interval '31 seconds'",
    );
    const refused = await ask();
    expect([refused.status, refused.json().code]).toEqual([503, 'chat.queue-slow']);
    await world.claim(answerOf(waiting));
    expect((await ask()).status).toBe(202);
  });

  it('takes no more unfinished answers of one owner than one may have, running ones too', async () => {
    const busy = await ChatWorld.open({ ANSWERS_PER_OWNER: '1' });
    const { assistantMessage } = await busy.ask(await busy.conversation());
    const worker = await busy.claim(assistantMessage.id);
    const id = await busy.conversation();
    const refused = await busy.post(`/conversations/${id}/messages`, { content: 'x' });
    expect([refused.status, refused.json().code]).toEqual([429, 'chat.too-many-answers']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await worker.end({ content: '' });
    expect((await busy.post(`/conversations/${id}/messages`, { content: 'x' })).status).toBe(202);
    await busy.close();
  });

  it('refuses a stream too many before anything is stored', async () => {
    const { assistantMessage } = await world.ask(await world.conversation());
    const held = await world.events(assistantMessage.id);
    const id = await world.conversation();
    const refused = await world.post(
      `/conversations/${id}/messages`,
      { content: 'x' },
      { accept: 'text/event-stream' },
    );
    expect([refused.status, refused.json().code]).toEqual([429, 'request.too-many-streams']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await world.get(`/conversations/${id}/messages`)).json().data).toEqual([]);
    expect((await world.get(`/messages/${assistantMessage.id}/events`)).status).toBe(429);
    held.leave();
    await waitFor(async () => {
      const client = await world.events(assistantMessage.id);
      client.leave();
      return client.status === 200;
    });
  });
});
