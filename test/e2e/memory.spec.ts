import { O200kTokenCounter } from '../../src/platform/models/o200k-token-counter.js';
import { OpenAiServer, type ChatCall } from '../openai-server.js';
import { waitFor } from '../wait-for.js';
import { call, startProtostar, type Json, type Protostar } from './harness.js';
import { answered, modelSettings, newConversation, promptOf } from './talk.js';

const budget = 1_500;
const summary =
  'The user plans a walk over the Alps: hut 12 is booked for 14 July, code ALP-7741. 예산은 1,250,000원이다.';
const facts = JSON.stringify([{ kind: 'identifier', text: 'booking code ALP-7741', turn: 1 }]);

let model: OpenAiServer;
let server: Protostar;

beforeAll(async () => {
  model = await OpenAiServer.start();
  server = await startProtostar({ env: { ...modelSettings(model), CONTEXT_TOKENS: String(budget) } });
});
afterAll(async () => {
  await server.stop();
  await model.close();
});
beforeEach(() => {
  model.chats.length = 0;
  model.answer = (request) =>
    isSummary(request) ? `${summary}\n\n\`\`\`json\n${facts}\n\`\`\`` : 'You booked hut 12.';
});

const isSummary = ({ messages }: ChatCall): boolean =>
  messages[0]!.content.startsWith('You keep the memory of a conversation');
const questions = (): ChatCall[] => model.chats.map((chat) => chat.call).filter((call) => !isSummary(call));

/** Every turn has a word of its own; as a code it may also stand among the facts that the memory keeps. */
const marker = (index: number): string => `turn-${String(index).padStart(2, '0')}-marker`;
const history = Array.from({ length: 60 }, (_, index) => ({
  role: index % 2 === 0 ? 'user' : 'assistant',
  content: `${marker(index)}: ${'The path climbs along the ridge, past the old chapel, and down to the lake. '.repeat(4)}`,
}));

const memoryOf = async (conversationId: string): Promise<Json> =>
  (await call(server, 'GET', `/api/v1/conversations/${conversationId}/memory`)).body;

const contextFor = async (conversationId: string, body: object): Promise<Json> => {
  const { status, body: context } = await call(
    server,
    'POST',
    `/api/v1/conversations/${conversationId}/context`,
    body,
  );
  expect(status).toBe(200);
  return context;
};

/** A long conversation from elsewhere. @returns its id, the ids of its turns, and its memory once it is there. */
async function imported(): Promise<{ id: string; ids: string[]; memory: Json }> {
  const id = await newConversation(server);
  const { status, body } = await call(server, 'POST', `/api/v1/conversations/${id}/import`, {
    messages: history,
  });
  expect(status).toBe(201);
  await waitFor(async () => (await memoryOf(id)).status === 'idle' && (await memoryOf(id)).summary !== null);
  return { id, ids: body.data.map((message: Json) => message.id), memory: await memoryOf(id) };
}

const counter = new O200kTokenCounter();
const tokensOf = ({ messages }: ChatCall): number =>
  messages.reduce((sum, { content }) => sum + counter.count(content), 0);
const withoutNonce = (text: string): string => text.replace(/data-[0-9a-f]+/g, 'data');

const question = { content: 'Which hut have I booked?', mode: 'plain' };

describe('the memory of a long conversation', () => {
  it('is made unasked, says what it covers and what it saves', async () => {
    const { ids, memory } = await imported();
    expect(memory).toMatchObject({ status: 'idle', error: null, summary, leafId: ids.at(-1) });
    const covered = memory.coveredMessageIds as string[];
    expect(covered).toEqual(ids.slice(0, covered.length));
    expect(covered.length).toBeGreaterThan(30);
    expect(covered.length).toBeLessThan(ids.length);
    expect(memory.coversUpToMessageId).toBe(covered.at(-1));
    const { full, context, savedPercent } = memory.tokens;
    expect(full).toBeGreaterThan(budget);
    expect(context).toBeLessThan(full);
    expect(savedPercent).toBe(Math.round((1 - context / full) * 100));
    expect(savedPercent).toBeGreaterThan(50);
  });

  it('stands in the next answer for the turns that it covers, within the budget', async () => {
    const { id, ids, memory } = await imported();
    const preview = await contextFor(id, question);
    const { message } = await answered(server, question, id);
    const [asked] = questions();
    const prompt = promptOf(asked!);

    expect(prompt).toContain(summary);
    const covered = memory.coveredMessageIds.length as number;
    for (const { content } of history.slice(0, covered)) expect(prompt).not.toContain(content);
    expect(prompt).toContain(marker(history.length - 1));
    expect(tokensOf(asked!)).toBeLessThanOrEqual(budget);
    expect(preview.totalTokens).toBeLessThanOrEqual(budget);
    expect(preview.fullHistoryTokens).toBeGreaterThan(budget);
    expect(message.usage.fullHistoryTokens).toBe(preview.fullHistoryTokens);
    // The random marks around what is quoted cost some tokens more or less each time.
    expect(Math.abs(message.usage.contextTokens - preview.totalTokens)).toBeLessThan(25);
    expect(message.usage.contextTokens).toBeLessThanOrEqual(budget);

    // The dry run is what the model got, part by part; parts of one role reach it as one message.
    const parts = preview.messages as Json[];
    expect(withoutNonce(parts.map(({ content }) => content).join('\n\n'))).toBe(withoutNonce(prompt));
    const inFull = parts.flatMap(({ messageIds }) => messageIds);
    const recent = parts.filter(({ source }) => source === 'recent');
    expect(inFull).toEqual(recent.flatMap(({ messageIds }) => messageIds));
    expect(inFull).toEqual(ids.slice(ids.length - inFull.length));
    for (const messageId of memory.coveredMessageIds) expect(inFull).not.toContain(messageId);
    for (const part of recent) {
      const index = ids.indexOf(part.messageIds[0]);
      expect(part).toMatchObject({ content: history[index]!.content, role: history[index]!.role });
    }
    expect(parts.map(({ source }) => source).filter((source) => source !== 'recent')).toEqual([
      'system',
      'summary',
      'question',
    ]);
  });

  it('is gone after DELETE, with all that was said until then, and comes back on demand', async () => {
    const { id, ids } = await imported();
    expect((await call(server, 'DELETE', `/api/v1/conversations/${id}/memory`)).status).toBe(204);
    expect(await memoryOf(id)).toMatchObject({
      status: 'idle',
      summary: null,
      ledger: [],
      coveredMessageIds: [],
      coversUpToMessageId: null,
    });
    await answered(server, question, id);
    const prompt = promptOf(questions().at(-1)!);
    expect(prompt).not.toContain(summary);
    expect(prompt).not.toContain('-marker');
    expect((await contextFor(id, question)).messages.map(({ source }: Json) => source)).not.toContain(
      'summary',
    );
    // The turns themselves stay: only memory is without them.
    const { body } = await call(server, 'GET', `/api/v1/messages/${ids[0]}`);
    expect(body.content).toBe(history[0]!.content);

    expect((await call(server, 'POST', `/api/v1/conversations/${id}/memory`)).status).toBe(202);
    await waitFor(async () => (await memoryOf(id)).summary === summary);
    expect((await memoryOf(id)).coveredMessageIds.slice(0, 3)).toEqual(ids.slice(0, 3));
    expect(promptParts(await contextFor(id, question))).toContain(summary);
  });

  it('grows with answers too, each summary built on the one before', async () => {
    const { id, memory } = await imported();
    const before = memory.coveredMessageIds.length as number;
    const long = 'What about the long way round the lake, over the two bridges? '.repeat(12);
    for (let turn = 0; turn < 8; turn++)
      await answered(server, { content: `${long} (${turn})`, mode: 'plain' }, id);
    await waitFor(async () => (await memoryOf(id)).coveredMessageIds.length > before);
    await waitFor(async () => (await memoryOf(id)).status === 'idle');
    const last = model.chats.map((chat) => chat.call).findLast(isSummary)!;
    expect(promptOf(last)).toContain(summary);
    expect(promptOf(last)).not.toContain(marker(0));
  });

  it('costs an answer nothing when the summary cannot be made, and says why', async () => {
    const id = await newConversation(server);
    model.answer = (request) =>
      isSummary(request) ? { fault: { kind: 'status', status: 401 } } : 'Still here.';
    await call(server, 'POST', `/api/v1/conversations/${id}/import`, { messages: history });
    await waitFor(async () => (await memoryOf(id)).status === 'failed');
    expect((await memoryOf(id)).error).toMatchObject({ code: 'model.misconfigured' });
    const { message } = await answered(server, question, id);
    expect(message).toMatchObject({ status: 'completed', content: 'Still here.' });
    const asked = questions().at(-1)!;
    expect(tokensOf(asked)).toBeLessThanOrEqual(budget);
    expect(promptOf(asked)).toContain(marker(history.length - 1));
  });
});

const promptParts = ({ messages }: Json): string =>
  messages.map(({ content }: { content: string }) => content).join('\n');
