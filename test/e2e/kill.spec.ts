import { OpenAiServer } from '../openai-server.js';
import type { ReadEvent, SseClient } from '../sse-client.js';
import { waitFor } from '../wait-for.js';
import { call, profile, startProtostar, type Protostar, type World } from './harness.js';
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
  type Asked,
} from './talk.js';

const env = {
  EMBEDDING_MODEL: 'scripted-embedding',
  EMBEDDING_DIMENSIONS: '64',
  EMBEDDING_BATCH: '4',
  RECONCILE_INTERVAL_MS: '200',
};
const fact = '모든 직원은 매년 휴가 27일을 받습니다.';
const claim = fact.slice(0, -1);

let model: OpenAiServer;
let server: Protostar;

beforeAll(async () => {
  model = await OpenAiServer.start();
  server = await start();
  await addDocument(server, '안내서', `# 휴가\n\n${fact}\n`);
});
afterAll(async () => {
  await server.kill();
  await model.close();
});

const start = (world?: World): Promise<Protostar> =>
  startProtostar({ env: { ...modelSettings(model), ...env }, world });

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index} 🙂 `);

/** Asks, and lets the model fall silent in the middle of its answer. */
async function askInVain(random: () => number): Promise<{ asked: Asked; events: SseClient }> {
  model.answer = (request) => ({
    deltas: [`${claim} [${passageNumber(request, fact)}]. `, ...numbered(random() * 40), '죽기 전'],
    fault: { kind: 'hang-after' },
  });
  const asked = await ask(server, { content: '휴가는 며칠입니까?' });
  const events = await stream(server, asked.eventsUrl);
  await events.until(() => events.text.endsWith('죽기 전'));
  return { asked, events };
}

/** Adds a document, and lets the embedding server fall silent in the middle of it. */
async function addInVain(random: () => number, text: string): Promise<string> {
  const batches = 1 + Math.floor(random() * 3);
  model.embeddingInputs.length = 0;
  model.embedding = {
    get hang() {
      return model.embeddingInputs.length > batches;
    },
  };
  const id = await postDocument(server, 'wall', text);
  await waitFor(() => model.embeddingInputs.length > batches, { timeoutMs: 40_000 });
  model.embedding = {};
  return id;
}

/** The answer was written anew; a client that was cut off after `read` sees it whole, and nothing of the old one. */
async function expectWholeAnswer({ eventsUrl, answerId }: Asked, before: ReadEvent[], read: ReadEvent[]) {
  const after = await stream(server, eventsUrl, { headers: { 'last-event-id': read.at(-1)!.id! } });
  await after.toEnd();
  expect(after.names).toContain('message.restarted');
  expect(after.names.at(-1)).toBe('message.completed');
  const message = await messageOf(server, answerId);
  expect(message).toMatchObject({ status: 'completed', content: `새 답!\n\n${claim} [1]. 👩‍👩‍👧‍👦 끝.` });
  expect(message.citations).toMatchObject([{ index: 1, quote: fact }]);
  const seen = [...read, ...after.events];
  expect(Buffer.from(shownBy(seen))).toEqual(Buffer.from(message.content));
  const ids = seen.map(({ id }) => Number(id));
  expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
  const fromTheStart = await (await stream(server, eventsUrl)).toEnd();
  expect(fromTheStart.text).toBe(message.content);
  expect(fromTheStart.events.slice(0, before.length)).toEqual(before);
}

/** The document is ready, with each chunk once and no object of the lost attempt. */
async function expectWholeDocument(id: string, text: string) {
  await untilReady(server, id);
  const { body: document } = await call(server, 'GET', `/api/v1/documents/${id}`);
  expect(document).toMatchObject({ attempts: 2, version: 1, searchableVersion: 1 });
  const chunks = await chunksOf(server, id);
  expect(chunks).toHaveLength(document.chunkCount);
  expect(chunks.map(({ ordinal }) => ordinal)).toEqual(chunks.map((_, index) => index));
  const twin = await addDocument(server, 'wall', `${text}\n`);
  const texts = async (of: string): Promise<string[]> =>
    (await chunksOf(server, of)).map((chunk) => chunk.text);
  expect(await texts(id)).toEqual(await texts(twin));
  expect(await objectsOf(server, id)).toHaveLength(2);
}

describe('kill -9', () => {
  // npm run test:chaos has hundreds of seeds.
  it.each([profile === 'embedded' ? 3 : 17])(
    'leaves neither half an answer nor half a document (seed %i)',
    async (seed) => {
      const random = seeded(seed);
      const text = longText(16, `granite-${seed}`);
      const { asked, events } = await askInVain(random);
      const documentId = await addInVain(random, text);
      const before = events.events.slice();
      const read = before.slice(0, 1 + Math.floor(random() * before.length));
      await server.kill();

      model.answer = (request) => `새 답!\n\n${claim} [${passageNumber(request, fact)}]. 👩‍👩‍👧‍👦 끝.`;
      server = await start(server.world);
      await expectWholeAnswer(asked, before, read);
      await expectWholeDocument(documentId, text);
    },
  );
});
