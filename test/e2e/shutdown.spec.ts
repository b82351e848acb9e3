import { OpenAiServer } from '../openai-server.js';
import type { SseClient } from '../sse-client.js';
import { waitFor } from '../wait-for.js';
import { call, startProtostar, type Protostar } from './harness.js';
import {
  addDocument,
  ask,
  chunksOf,
  gate,
  longText,
  messageOf,
  modelSettings,
  objectsOf,
  postDocument,
  stream,
  untilReady,
} from './talk.js';

const plain = { content: 'Tell me something.', mode: 'plain' };
/** Little, so that what does not end is handed on soon. */
const shortGrace = { SHUTDOWN_GRACE_MS: '200' };
const scriptedEmbedding = {
  EMBEDDING_MODEL: 'scripted-embedding',
  EMBEDDING_DIMENSIONS: '64',
  EMBEDDING_BATCH: '4',
};

let model: OpenAiServer;
const started: Protostar[] = [];

beforeAll(async () => {
  model = await OpenAiServer.start();
});
afterAll(() => model.close());
beforeEach(() => {
  model.answers.length = 0;
  model.answer = undefined;
  model.chats.length = 0;
  model.embeddingInputs.length = 0;
  model.embedding = {};
});
/** Only what a failed test has left. */
afterEach(() => Promise.all(started.splice(0).map((server) => server.kill())));

async function start(env: Record<string, string>, dataDir?: string): Promise<Protostar> {
  const server = await startProtostar({ env: { ...modelSettings(model), ...env }, dataDir });
  started.push(server);
  return server;
}

const isStopping = ({ output }: Protostar): Promise<void> =>
  waitFor(() => output.some((line) => line.includes('process.stopping')));

const restarts = ({ names }: SseClient): number =>
  names.filter((name) => name === 'message.restarted').length;

describe('SIGTERM during an answer', () => {
  it('lets one that ends in time be read to its end', async () => {
    const hand = gate();
    model.answers.push({ deltas: ['제때 ', '끝난 답 🙂.'], pauses: { 1: hand.opened } });
    const server = await start({});
    const { answerId, eventsUrl } = await ask(server, plain);
    const events = await stream(server, eventsUrl);
    await events.until(() => events.text !== '');
    const stopped = server.stop();
    await isStopping(server);
    hand.open();
    await events.toEnd();
    expect(events.names.at(-1)).toBe('message.completed');
    expect(events.text).toBe('제때 끝난 답 🙂.');
    expect(await stopped).toBe(0);

    const next = await start({}, server.dataDir);
    expect(await messageOf(next, answerId)).toEqual(events.events.at(-1)?.data.message);
    expect(model.chats).toHaveLength(1);
    expect(await next.stop()).toBe(0);
  });

  it('hands on one that does not, and those that had not begun', async () => {
    model.answers.push({ deltas: ['버려질 ', 'words'], fault: { kind: 'hang-after' } });
    const server = await start({ ...shortGrace, CHAT_CONCURRENCY: '1' });
    const begun = await ask(server, plain);
    const events = await stream(server, begun.eventsUrl);
    await events.until(() => events.text === '버려질 words');
    const waiting = await ask(server, plain);
    expect(await server.stop()).toBe(0);
    await events.toEnd();
    expect(model.chats.map(({ aborted }) => aborted)).toEqual([true]);
    expect(events.names.at(-1)).toBe('message.delta');

    model.answer = () => '새로 쓴 답 🙂.';
    const next = await start({}, server.dataDir);
    const resumed = await stream(next, begun.eventsUrl, {
      headers: { 'last-event-id': events.events.at(-1)!.id! },
    });
    await resumed.toEnd();
    expect(restarts(resumed)).toBe(1);
    expect(resumed.text).toBe('새로 쓴 답 🙂.');
    expect(resumed.ids).toEqual(resumed.ids.toSorted((a, b) => a! - b!));
    const message = await messageOf(next, begun.answerId);
    expect(message).toMatchObject({ status: 'completed', content: resumed.text });
    expect(resumed.events.at(-1)?.data.message).toEqual(message);
    const { trace } = (await call(next, 'GET', `/api/v1/messages/${begun.answerId}/trace`)).body;
    expect(trace.attempt).toBe(1);
    const fromTheStart = await (await stream(next, begun.eventsUrl)).toEnd();
    expect(fromTheStart.text).toBe(message.content);
    expect(fromTheStart.events).toEqual([...events.events, ...resumed.events]);

    const other = await (await stream(next, waiting.eventsUrl)).toEnd();
    expect(other.text).toBe('새로 쓴 답 🙂.');
    expect(restarts(other)).toBe(0);
    expect(await next.stop()).toBe(0);
  });

  it('does not wait for an embedding server that hangs', async () => {
    const server = await start({ ...shortGrace, ...scriptedEmbedding });
    await addDocument(server, 'wall', longText(1));
    model.embedding = { hang: true };
    const { answerId } = await ask(server, { content: 'How heavy is block 0.3?' });
    await waitFor(() => model.embeddingInputs.flat().some((text) => text.includes('How heavy')));
    expect(await server.stop()).toBe(0);

    model.embedding = {};
    model.answer = () => 'Three kilograms.';
    const next = await start(scriptedEmbedding, server.dataDir);
    await waitFor(async () => (await messageOf(next, answerId)).status === 'completed');
    expect(await next.stop()).toBe(0);
  });
});

describe('SIGTERM during an ingestion', () => {
  it('hands it on, and the next start brings it to its end', async () => {
    const server = await start({ ...shortGrace, ...scriptedEmbedding });
    const text = longText(12);
    model.embedding = {
      get hang() {
        return model.embeddingInputs.length > 1;
      },
    };
    const id = await postDocument(server, 'wall', text);
    await waitFor(() => model.embeddingInputs.length > 1);
    expect(await server.stop()).toBe(0);

    model.embedding = {};
    const next = await start(scriptedEmbedding, server.dataDir);
    await untilReady(next, id);
    const document = (await call(next, 'GET', `/api/v1/documents/${id}`)).body;
    const chunks = await chunksOf(next, id);
    expect(chunks).toHaveLength(document.chunkCount);
    expect(chunks.map(({ ordinal }) => ordinal)).toEqual(chunks.map((_, index) => index));
    const twin = await addDocument(next, 'wall', `${text}\n`);
    expect(chunks.map((chunk) => chunk.text)).toEqual(
      (await chunksOf(next, twin)).map((chunk) => chunk.text),
    );
    expect(await objectsOf(next, id)).toHaveLength(2);
    expect(await next.stop()).toBe(0);
  });
});
