import { OpenAiServer } from '../openai-server.js';
import type { ReadEvent, SseClient } from '../sse-client.js';
import { waitFor } from '../wait-for.js';
import { call, startProtostar, type Protostar } from './harness.js';
import {
  addDocument,
  ask,
  gate,
  messageOf,
  modelSettings,
  newConversation,
  postDocument,
  shownBy,
  stream,
  untilReady,
} from './talk.js';

let model: OpenAiServer;
let server: Protostar;

beforeAll(async () => {
  model = await OpenAiServer.start();
  server = await startProtostar({ copies: 2, env: modelSettings(model) });
});
afterAll(async () => {
  await server.kill();
  await model.close();
});

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${from + index} 번째 🙂 `);

describe('two of each process', () => {
  it('serve one client together, who sees every byte once', async () => {
    const [one, other] = server.urls.map((url) => ({ url }));
    const hand = gate();
    model.answer = () => ({ deltas: [...numbers(0, 40), ...numbers(40, 80)], pauses: { 40: hand.opened } });
    const asked = await ask(one!, { content: '세어 주세요', mode: 'plain' });

    const first = await stream(other!, asked.eventsUrl);
    await first.until(() => first.text.includes('30 번째'));
    first.leave();
    const read: ReadEvent[] = first.events.slice();
    const second: SseClient = await stream(one!, asked.eventsUrl, {
      headers: { 'last-event-id': read.at(-1)!.id! },
    });
    hand.open();
    await second.toEnd();

    const seen = [...read, ...second.events];
    const { content, status } = await messageOf(other!, asked.answerId);
    expect(status).toBe('completed');
    expect(content).toBe(numbers(0, 80).join(''));
    expect(Buffer.from(shownBy(seen))).toEqual(Buffer.from(content));
    const ids = seen.map(({ id }) => Number(id));
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
  });

  it('share the work: every question and document is done once, whoever takes it', async () => {
    model.answer = () => 'Done.';
    const [one, other] = server.urls.map((url) => ({ url }));
    const documents = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        postDocument(index % 2 ? one! : other!, `note ${index}`, `Beam ${index} weighs ${index + 10} tons.`),
      ),
    );
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        ask(index % 2 ? one! : other!, { content: `Question ${index}`, mode: 'plain' }),
      ),
    );
    for (const id of documents) await untilReady(one!, id);
    for (const { answerId } of answers)
      await waitFor(async () => (await messageOf(other!, answerId)).status === 'completed');
    const found = await call(other!, 'POST', '/api/v1/search', { query: 'beam 3 weighs tons', limit: 20 });
    const texts = (found.body.data as { text: string }[]).map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts[0]).toContain('Beam 3');
    const calls = model.chats.filter(({ call: { messages } }) =>
      /Question \d/.test(messages.at(-1)!.content),
    );
    expect(calls).toHaveLength(12);
  });

  it('cancel across processes: the model is left, the text is kept', async () => {
    const [one, other] = server.urls.map((url) => ({ url }));
    model.answer = () => ({ deltas: ['So far'], fault: { kind: 'hang-after' } });
    const asked = await ask(one!, { content: 'Talk for ever', mode: 'plain' });
    const events = await stream(one!, asked.eventsUrl);
    await events.until(() => events.text === 'So far');
    expect((await call(other!, 'POST', `/api/v1/messages/${asked.answerId}/cancel`)).status).toBe(202);
    await events.toEnd();
    expect(events.names.at(-1)).toBe('message.cancelled');
    expect(await messageOf(other!, asked.answerId)).toMatchObject({ status: 'cancelled', content: 'So far' });
  });
});

describe('a Redis that loses everything', () => {
  it('costs time, and nothing else: what was accepted reaches its end without help', async () => {
    await addDocument(server, 'before', 'The old gate weighs 4 tons.');
    const hand = gate();
    model.answer = () => ({ deltas: numbers(0, 60), pauses: { 20: hand.opened } });
    const conversations = await Promise.all([1, 2, 3].map(() => newConversation(server)));
    const answers = await Promise.all(
      conversations.map((id) => ask(server, { content: 'Count', mode: 'plain' }, id)),
    );
    const readers = await Promise.all(answers.map(({ eventsUrl }) => stream(server, eventsUrl)));
    await Promise.all(readers.map((reader) => reader.until(() => reader.text.includes('10 번째'))));
    const documents = await Promise.all(
      [1, 2, 3].map((index) =>
        postDocument(server, `during ${index}`, `Gate ${index} weighs ${index} tons.`),
      ),
    );
    const late = await ask(server, { content: 'Queued meanwhile', mode: 'plain' });
    await server.world.flushRedis();
    hand.open();

    for (const { answerId } of [...answers, late])
      await waitFor(async () => (await messageOf(server, answerId)).status === 'completed', {
        timeoutMs: 50_000,
        what: 'an answer after the flush',
      });
    for (const id of documents) await untilReady(server, id);
    await Promise.all(readers.map((reader) => reader.toEnd()));
    for (const [index, reader] of readers.entries()) {
      const { content } = await messageOf(server, answers[index]!.answerId);
      expect(content).toBe(numbers(0, 60).join(''));
      // A reader that the flush cut off comes again, as `EventSource` does, and has the same in the end.
      const { eventsUrl } = answers[index]!;
      const lastEventId = reader.events.findLast(({ id }) => id !== undefined)?.id ?? '0';
      const again = await stream(server, eventsUrl, { headers: { 'last-event-id': lastEventId } });
      if (again.status === 200) await again.toEnd();
      expect(Buffer.from(shownBy([...reader.events, ...again.events]))).toEqual(Buffer.from(content));
    }
  }, 120_000);
});
