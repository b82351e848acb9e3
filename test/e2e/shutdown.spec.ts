import { OpenAiServer } from '../openai-server.js';
import type { SseClient } from '../sse-client.js';
import { waitFor } from '../wait-for.js';
import { call, startProtostar, type Protostar, type World } from './harness.js';
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
const scriptedEmbedding = {
  EMBEDDING_MODEL: 'scripted-embedding',
  EMBEDDING_DIMENSIONS: '64',
  EMBEDDING_BATCH: '4',
};
/** Little time, so that what does not end is handed on soon, and one answer at a time. */
const impatient = { SHUTDOWN_GRACE_MS: '200', CHAT_CONCURRENCY: '1' };

let model: OpenAiServer;
/** Each test stops it and starts it again, on the same data. */
let server: Protostar;

beforeAll(async () => {
  model = await OpenAiServer.start();
  server = await start({});
});
afterAll(async () => {
  await server.kill();
  await model.close();
});
beforeEach(() => {
  model.answers.length = 0;
  model.answer = undefined;
  model.chats.length = 0;
  model.embeddingInputs.length = 0;
  model.embedding = {};
});

const start = (env: Record<string, string>, world?: World): Promise<Protostar> =>
  startProtostar({ env: { ...modelSettings(model), ...scriptedEmbedding, ...env }, world });

const isStopping = ({ output }: Protostar): Promise<void> =>
  waitFor(() => output.some((line) => line.includes('process.stopping')));

const restarts = ({ names }: SseClient): number =>
  names.filter((name) => name === 'message.restarted').length;

describe('SIGTERM', () => {
  it('lets an answer that ends in time be read to its end', async () => {
    const hand = gate();
    model.answers.push({ deltas: ['제때 ', '끝난 답 🙂.'], pauses: { 1: hand.opened } });
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

    server = await start(impatient, server.world);
    expect(await messageOf(server, answerId)).toEqual(events.events.at(-1)?.data.message);
    expect(model.chats).toHaveLength(1);
  });

  it('hands on an answer that does not end, and those that have not begun', async () => {
    model.answers.push({ deltas: ['버려질 ', 'words'], fault: { kind: 'hang-after' } });
    const begun = await ask(server, plain);
    const events = await stream(server, begun.eventsUrl);
    await events.until(() => events.text === '버려질 words');
    const waiting = await ask(server, plain);
    expect(await server.stop()).toBe(0);
    await events.toEnd();
    expect(model.chats.map(({ aborted }) => aborted)).toEqual([true]);
    expect(events.names.at(-1)).toBe('message.delta');

    model.answer = () => '새로 쓴 답 🙂.';
    server = await start(impatient, server.world);
    const resumed = await stream(server, begun.eventsUrl, {
      headers: { 'last-event-id': events.events.at(-1)!.id! },
    });
    await resumed.toEnd();
    expect(restarts(resumed)).toBe(1);
    expect(resumed.text).toBe('새로 쓴 답 🙂.');
    expect(resumed.ids).toEqual(resumed.ids.toSorted((a, b) => a! - b!));
    const message = await messageOf(server, begun.answerId);
    expect(message).toMatchObject({ status: 'completed', content: resumed.text });
    expect(resumed.events.at(-1)?.data.message).toEqual(message);
    const { trace } = (await call(server, 'GET', `/api/v1/messages/${begun.answerId}/trace`)).body;
    expect(trace.attempt).toBe(1);
    const fromTheStart = await (await stream(server, begun.eventsUrl)).toEnd();
    expect(fromTheStart.text).toBe(message.content);
    expect(fromTheStart.events).toEqual([...events.events, ...resumed.events]);

    const other = await (await stream(server, waiting.eventsUrl)).toEnd();
    expect(other.text).toBe('새로 쓴 답 🙂.');
    expect(restarts(other)).toBe(0);
  });

  it('waits for no embedding server that hangs: a document and a question are handed on', async () => {
    await addDocument(server, 'small', 'The small wall weighs three kilograms.');
    const text = longText(12);
    model.embeddingInputs.length = 0;
    model.embedding = {
      get hang() {
        return model.embeddingInputs.length > 1;
      },
    };
    const documentId = await postDocument(server, 'wall', text);
    await waitFor(() => model.embeddingInputs.length > 1);
    const { answerId } = await ask(server, { content: 'How heavy is the small wall?' });
    await waitFor(() => model.embeddingInputs.flat().some((input) => input.startsWith('How heavy')));
    expect(await server.stop()).toBe(0);

    model.embedding = {};
    model.answer = () => 'Three kilograms.';
    server = await start(impatient, server.world);
    await untilReady(server, documentId);
    const { body: document } = await call(server, 'GET', `/api/v1/documents/${documentId}`);
    expect(document.attempts).toBe(1);
    const chunks = await chunksOf(server, documentId);
    expect(chunks).toHaveLength(document.chunkCount);
    expect(chunks.map(({ ordinal }) => ordinal)).toEqual(chunks.map((_, index) => index));
    const twin = await addDocument(server, 'wall', `${text}\n`);
    const texts = async (of: string): Promise<string[]> =>
      (await chunksOf(server, of)).map((chunk) => chunk.text);
    expect(await texts(documentId)).toEqual(await texts(twin));
    expect(await objectsOf(server, documentId)).toHaveLength(2);
    await waitFor(async () => (await messageOf(server, answerId)).status === 'completed');
    expect(await server.stop()).toBe(0);
  });
});
