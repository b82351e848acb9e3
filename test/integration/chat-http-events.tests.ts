import { sequenceBefore } from '../../src/chat/application/answer-log.port.js';
import type { Citation } from '../../src/chat/domain/citation.js';
import { newId } from '../../src/shared/ids.js';
import type { ChatWorld } from './chat-world.js';

/** How the events of answers reach their readers, whichever log they come from. */
export const eventsAreRelayed = (open: () => Promise<ChatWorld>): void =>
  describe('the events of an answer', () => {
    let world: ChatWorld;
    let conversationId: string;

    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world.close());
    beforeEach(async () => {
      conversationId = await world.conversation();
    });

    const startAnswer = async (): Promise<string> => (await world.ask(conversationId)).assistantMessage.id;

    it('are relayed while they come, under rising ids, until the terminal one', async () => {
      const id = await startAnswer();
      const client = await world.events(id);
      expect(client.status).toBe(200);
      expect(client.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      });
      await client.until(() => client.comments.length > 0);
      expect(client.retries).toEqual([1000]);
      const worker = await world.claim(id);
      await worker.append({ type: 'message.started', data: { message: {}, userMessage: {}, eventsUrl: '' } });
      await client.until(() => client.names.includes('message.started'));
      await worker.say('안녕', '하세요');
      await client.until(() => client.text === '안녕하세요');
      await worker.end({ content: '안녕하세요' });
      await client.toEnd();
      expect(client.names).toEqual([
        'message.started',
        'message.delta',
        'message.delta',
        'message.completed',
      ]);
      expect(client.ids).toEqual([1, 2, 3, 4]);
      expect(client.raw).not.toContain('\r');
      expect(client.events.at(-1)!.data.message).toEqual(await world.message(id));
    });

    it('go to any number of readers, the same to each', async () => {
      const id = await startAnswer();
      const clients = await Promise.all([1, 2, 3, 4, 5].map(() => world.events(id)));
      const worker = await world.claim(id);
      for (const text of 'abcdefghij') await worker.say(text);
      await worker.end({ content: 'abcdefghij' });
      for (const client of clients) {
        await client.toEnd();
        expect(client.text).toBe('abcdefghij');
        expect(client.ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      }
    });

    it('resume right after the last one that was read', async () => {
      const id = await startAnswer();
      const worker = await world.claim(id);
      await worker.say('a', 'b', 'c');
      const first = await world.events(id);
      await first.until(() => first.events.length === 3);
      first.leave();
      const second = await world.events(id, undefined, { 'last-event-id': '2' });
      await worker.end({ content: 'abc' });
      await second.toEnd();
      expect(second.ids).toEqual([3, 4]);
      const finished = await world.events(id, '3');
      await finished.toEnd();
      expect(finished.ids).toEqual([4]);
    });

    it('come from the header where header and query name a position', async () => {
      const { assistantMessage } = await world.answered(conversationId, 'x');
      const client = await world.events(assistantMessage.id, '0', { 'last-event-id': '1' });
      await client.toEnd();
      expect(client.ids).toEqual([2]);
    });

    it.each([
      ['abc', {}],
      ['-1', {}],
      ['1.5', {}],
      ['', {}],
      [undefined, { 'last-event-id': 'x1' }],
      ['1', { 'last-event-id': '٣' }],
    ])('refuses the position %p %p', async (after, headers) => {
      const { assistantMessage } = await world.answered(conversationId, 'x');
      const encoded = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
      );
      expect((await world.events(assistantMessage.id, after, encoded)).status).toBe(400);
    });

    it.each(['2', '3', '99999999999999999999'])(
      'answers 204 at or past the terminal event (%s)',
      async (after) => {
        const { assistantMessage } = await world.answered(conversationId, 'x');
        const client = await world.events(assistantMessage.id, after);
        expect(client.status).toBe(204);
        expect(client.headers['content-type']).toBeUndefined();
      },
    );

    it('answers 204 at the terminal event after the log has expired, too', async () => {
      const { assistantMessage } = await world.answered(conversationId, 'x');
      await world.letLogExpire();
      expect((await world.events(assistantMessage.id, '2')).status).toBe(204);
    });

    it.each([undefined, '1'])(
      'give the stored text in one piece when the log has expired (after %p)',
      async (after) => {
        const { assistantMessage } = await world.answered(conversationId, 'the whole text');
        await world.letLogExpire();
        const client = await (await world.events(assistantMessage.id, after)).toEnd();
        expect(client.names).toEqual(['message.restarted', 'message.delta', 'message.completed']);
        expect(client.ids).toEqual([null, null, 2]);
        expect(client.text).toBe('the whole text');
        expect(client.events.at(-1)!.data.message).toEqual(await world.message(assistantMessage.id));
      },
    );

    it('void what a reader has whose position a running answer does not know, and go on', async () => {
      const id = await startAnswer();
      const worker = await world.claim(id);
      await worker.say('a', 'b');
      const client = await world.events(id, '7');
      await client.until(() => client.text === 'ab');
      await worker.end({ content: 'ab' });
      await client.toEnd();
      expect(client.names).toEqual([
        'message.restarted',
        'message.delta',
        'message.delta',
        'message.completed',
      ]);
      expect(client.ids).toEqual([null, 1, 2, 3]);
    });

    it('continue across a new attempt: the restart voids the deltas before it', async () => {
      const id = await startAnswer();
      const client = await world.events(id);
      const dead = await world.claim(id);
      await dead.say('half a sen');
      await client.until(() => client.text === 'half a sen');
      await world.probe.database.database.execute(
        "UPDATE message SET lease_until = now() - interval '1 second' WHERE id = $1",
        [id],
      );
      const next = await world.claim(id);
      await expect(dead.say('tence')).rejects.toMatchObject({ code: 'chat.claim-lost' });
      await next.append({ type: 'message.restarted', data: { reason: 'worker-lost' } });
      await next.say('a whole one');
      await next.end({ content: 'a whole one' });
      await client.toEnd();
      expect(client.text).toBe('a whole one');
      const first = sequenceBefore(next.epoch) + 1;
      expect(client.ids).toEqual([1, first, first + 1, first + 2]);
    });

    it('end by the row when the worker died between the commit and the terminal event', async () => {
      const id = await startAnswer();
      const worker = await world.claim(id);
      await worker.say('all of it');
      const early = await world.events(id);
      await early.until(() => early.text === 'all of it');
      await worker.commit({ content: 'all of it' });
      const late = await world.events(id, '1');
      for (const client of [await early.toEnd(), await late.toEnd()]) {
        expect(client.names.at(-1)).toBe('message.completed');
        expect(client.ids.at(-1)).toBe(2);
        expect(client.events.at(-1)!.data.message).toEqual(await world.message(id));
      }
      expect(early.text).toBe('all of it');
      expect(late.names).toEqual(['message.completed']);
    });

    it('end with the reason when the answer failed, its text kept', async () => {
      const id = await startAnswer();
      const client = await world.events(id);
      const worker = await world.claim(id);
      await worker.say('so far');
      const error = {
        type: 'urn:x',
        title: 't',
        status: 503,
        detail: 'd',
        code: 'model.unavailable',
        requestId: null,
      };
      await worker.end({ status: 'failed', content: 'so far', error });
      await client.toEnd();
      expect(client.events.at(-1)).toMatchObject({ event: 'message.failed', data: { error } });
      await world.letLogExpire();
      const later = await (await world.events(id)).toEnd();
      expect(later.text).toBe('so far');
      expect(later.events.at(-1)).toMatchObject({ event: 'message.failed', id: '2', data: { error } });
    });

    it('do not keep a reader waiting whose message is deleted', async () => {
      const id = await startAnswer();
      const client = await world.events(id);
      const worker = await world.claim(id);
      await worker.say('a');
      await client.until(() => client.text === 'a');
      expect((await world.delete(`/messages/${id}`)).status).toBe(204);
      await client.toEnd();
      expect(client.names.at(-1)).toBe('message.cancelled');
      await expect(worker.say('b')).rejects.toMatchObject({ code: 'chat.claim-lost' });
      expect((await world.events(id)).status).toBe(404);
    });

    it('go on when the client leaves', async () => {
      const id = await startAnswer();
      const client = await world.events(id);
      const worker = await world.claim(id);
      await worker.say('a');
      await client.until(() => client.text === 'a');
      client.leave();
      await worker.say('b');
      await worker.end({ content: 'ab' });
      expect(await world.message(id)).toMatchObject({ status: 'completed', content: 'ab' });
    });

    it('lose the details of a deleted document, in replay and in the stored message alike', async () => {
      const kept = newId();
      const gone = newId();
      world.knowledge.documents.add(kept).add(gone);
      const citation = (index: number, documentId: string): Citation => ({
        index,
        marks: [index],
        source: 'document',
        passageId: newId(),
        documentId,
        documentVersion: 1,
        documentTitle: 'Title',
        page: 3,
        charStart: 0,
        charEnd: 5,
        quote: 'quote',
      });
      const citations = [citation(1, kept), citation(2, gone)];
      const id = await startAnswer();
      const worker = await world.claim(id);
      await worker.append({
        type: 'message.retrieved',
        data: { passages: [{ documentId: kept }, { documentId: gone }] },
      });
      for (const one of citations) await worker.append({ type: 'message.citation', data: { citation: one } });
      await worker.say('x [1] [2]');
      await worker.end({ content: 'x [1] [2]', citations });
      const before = await (await world.events(id)).toEnd();
      expect(before.events[2]!.data.citation).toEqual(citations[1]);

      world.knowledge.documents.delete(gone);
      const bare = {
        index: 2,
        marks: [2],
        deleted: true,
        source: null,
        passageId: null,
        documentId: null,
        documentVersion: null,
        documentTitle: null,
        page: null,
        charStart: null,
        charEnd: null,
        quote: null,
      };
      const after = await (await world.events(id)).toEnd();
      expect(after.events[0]!.data.passages).toEqual([{ documentId: kept }]);
      expect(after.events[1]!.data.citation).toEqual(citations[0]);
      expect(after.events[2]!.data.citation).toEqual(bare);
      expect(after.text).toBe('x [1] [2]');
      const stored = await world.message(id);
      expect(stored.citations).toEqual([citations[0], bare]);
      expect(after.events.at(-1)!.data.message).toEqual(stored);
      expect(after.raw).not.toContain(gone);
      const list = await world.get(`/conversations/${conversationId}/messages`);
      expect(list.text).not.toContain(gone);
    });

    it('exist for answers only, and for the owner only', async () => {
      const { userMessage } = await world.answered(conversationId, 'x');
      expect((await world.events(userMessage.id)).status).toBe(404);
      expect((await world.events(newId())).status).toBe(404);
      expect((await world.events('no-uuid')).status).toBe(400);
    });

    it('answer 406 to a client that takes no event stream', async () => {
      const { assistantMessage } = await world.answered(conversationId, 'x');
      const answer = await world.get(`/messages/${assistantMessage.id}/events`, {
        accept: 'application/json',
      });
      expect(answer.status).toBe(406);
    });
  });
