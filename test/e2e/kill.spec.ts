import { OpenAiServer } from '../openai-server.js';
import type { ReadEvent } from '../sse-client.js';
import { waitFor } from '../wait-for.js';
import { call, startProtostar, type Protostar } from './harness.js';
import {
  addDocument,
  ask,
  chunksOf,
  longText,
  messageOf,
  modelSettings,
  objectsOf,
  passageNumber,
  postDocument,
  shownBy,
  stream,
  untilReady,
} from './talk.js';

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

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const fact = '모든 직원은 매년 휴가 27일을 받습니다.';

describe('kill -9 during an answer', () => {
  it('voids what was said and ends with the whole answer, wherever it strikes', async () => {
    const random = seeded(7);
    let server = await start({});
    const { dataDir } = server;
    await addDocument(server, '안내서', `# 휴가\n\n${fact}\n`);
    const words = Array.from({ length: 40 }, (_, index) => `${index}번째 낱말 🙂 `);

    for (let round = 0; round < 3; round++) {
      // The first worker's text differs from the second's: nothing of it may be left.
      const length = Math.floor(random() * words.length);
      model.answer = (request) => ({
        deltas: [
          `${fact.slice(0, -1)} [${passageNumber(request, fact)}]. `,
          ...words.slice(0, length),
          '죽기 전',
        ],
        fault: { kind: 'hang-after' },
      });
      const { answerId, eventsUrl } = await ask(server, { content: '휴가는 며칠입니까?' });
      const before = await stream(server, eventsUrl);
      await before.until(() => before.text.endsWith('죽기 전'));
      // What a client has read that was cut off somewhere before the end.
      const read = before.events.slice(0, 1 + Math.floor(random() * before.events.length));
      await server.kill();

      const whole = `새 답 ${round}!\n\n${fact.slice(0, -1)}`;
      model.answer = (request) => `${whole} [${passageNumber(request, fact)}]. 👩‍👩‍👧‍👦 끝.`;
      server = await start({}, dataDir);
      const after = await stream(server, eventsUrl, { headers: { 'last-event-id': read.at(-1)!.id! } });
      await after.toEnd();
      expect(after.names).toContain('message.restarted');
      expect(after.names.at(-1)).toBe('message.completed');
      const message = await messageOf(server, answerId);
      expect(message).toMatchObject({ status: 'completed', content: `${whole} [1]. 👩‍👩‍👧‍👦 끝.` });
      expect(message.citations).toMatchObject([{ index: 1, quote: fact }]);
      const seen: ReadEvent[] = [...read, ...after.events];
      expect(Buffer.from(shownBy(seen))).toEqual(Buffer.from(message.content));
      const ids = seen.map(({ id }) => Number(id));
      expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
      const fromTheStart = await (await stream(server, eventsUrl)).toEnd();
      expect(fromTheStart.text).toBe(message.content);
      expect(fromTheStart.events.slice(0, before.events.length)).toEqual(before.events);
    }
    expect(await server.stop()).toBe(0);
  });
});

describe('kill -9 during an ingestion', () => {
  it('leaves a document that becomes ready, with each chunk once and no object too many', async () => {
    const random = seeded(11);
    const env = { EMBEDDING_MODEL: 'scripted-embedding', EMBEDDING_DIMENSIONS: '64', EMBEDDING_BATCH: '4' };
    const text = longText(16);
    let server = await start(env);
    const { dataDir } = server;
    const id = await postDocument(server, 'wall', text);
    for (let round = 0; round < 2; round++) {
      const batches = 1 + Math.floor(random() * 3);
      model.embeddingInputs.length = 0;
      model.embedding = {
        get hang() {
          return model.embeddingInputs.length > batches;
        },
      };
      await waitFor(() => model.embeddingInputs.length > batches, { timeoutMs: 40_000 });
      await server.kill();
      server = await start(env, dataDir);
    }
    model.embedding = {};
    await untilReady(server, id);
    const { body: document } = await call(server, 'GET', `/api/v1/documents/${id}`);
    expect(document).toMatchObject({ attempts: 3, version: 1, searchableVersion: 1 });
    const chunks = await chunksOf(server, id);
    expect(chunks).toHaveLength(document.chunkCount);
    expect(chunks.map(({ ordinal }) => ordinal)).toEqual(chunks.map((_, index) => index));
    const twin = await addDocument(server, 'wall', `${text}\n`);
    expect(chunks.map((chunk) => chunk.text)).toEqual(
      (await chunksOf(server, twin)).map((chunk) => chunk.text),
    );
    expect(await objectsOf(server, id)).toHaveLength(2);
    const { body: found } = await call(server, 'POST', '/api/v1/search', { query: 'block 7.3', limit: 100 });
    const ids = found.data.map((passage: { id: string }) => passage.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await server.stop()).toBe(0);
  });
});
