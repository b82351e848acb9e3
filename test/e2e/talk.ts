import { OpenAiServer, type ChatCall } from '../openai-server.js';
import { SseClient, type ReadEvent, type SseRequest } from '../sse-client.js';
import { waitFor } from '../wait-for.js';
import { call, type Json, type Server, type World } from './harness.js';

/** Settings of a process whose language model is the scripted one. */
export const modelSettings = ({ baseUrl }: OpenAiServer): Record<string, string> => ({
  CHAT_MODEL: 'scripted',
  OPENAI_BASE_URL: baseUrl,
  OPENAI_API_KEY: 'key',
});

export async function newConversation(server: Server, body: object = {}): Promise<string> {
  const { status, body: conversation } = await call(server, 'POST', '/api/v1/conversations', body);
  expect(status).toBe(201);
  return conversation.id;
}

export interface Asked {
  questionId: string;
  answerId: string;
  eventsUrl: string;
}

/** Posts a question, by default in a conversation of its own. */
export async function ask(server: Server, body: object, conversationId?: string): Promise<Asked> {
  const id = conversationId ?? (await newConversation(server));
  const { status, body: started } = await call(server, 'POST', `/api/v1/conversations/${id}/messages`, body);
  expect({ status, started }).toMatchObject({ status: 202 });
  const { userMessage, assistantMessage, eventsUrl } = started;
  return { questionId: userMessage.id, answerId: assistantMessage.id, eventsUrl };
}

export const messageOf = async (server: Server, id: string): Promise<Json> =>
  (await call(server, 'GET', `/api/v1/messages/${id}`)).body;

export const stream = (server: Server, path: string, request: SseRequest = {}): Promise<SseClient> =>
  SseClient.open(Number(new URL(server.url).port), path, {
    ...request,
    headers: { ...server.headers, ...request.headers },
  });

/** Asks and reads to the end. @returns the stored answer, equal to what was streamed. */
export async function answered(
  server: Server,
  body: object,
  conversationId?: string,
): Promise<{ message: Json; events: SseClient }> {
  const { answerId, eventsUrl } = await ask(server, body, conversationId);
  const events = await (await stream(server, eventsUrl)).toEnd();
  const message = await messageOf(server, answerId);
  expect(events.text).toBe(message.content);
  expect(events.events.at(-1)?.data.message).toEqual(message);
  return { message, events };
}

/** Adds a text to the default collection and waits until searches find it. @returns the document's id. */
export async function addDocument(server: Server, title: string, text: string): Promise<string> {
  const id = await postDocument(server, title, text);
  await untilReady(server, id);
  return id;
}

export async function postDocument(server: Server, title: string, text: string): Promise<string> {
  const collections = await call(server, 'GET', '/api/v1/collections?name=default');
  const path = `/api/v1/collections/${collections.body.data[0].id}/documents`;
  const { status, body } = await call(server, 'POST', path, { title, text });
  expect(status).toBe(202);
  return body.data[0].id;
}

export async function untilReady(server: Server, documentId: string): Promise<void> {
  await waitFor(
    async () => {
      const { body } = await call(server, 'GET', `/api/v1/documents/${documentId}`);
      if (body.status === 'failed') throw new Error(`The ingestion failed: ${JSON.stringify(body.error)}`);
      return body.status === 'ready';
    },
    { timeoutMs: 40_000, what: `document ${documentId} to be ready` },
  );
}

/** Everything that the model was told. */
export const promptOf = ({ messages }: ChatCall): string =>
  messages.map(({ content }) => content).join('\n\n');

/** The number under which the passage that holds `text` stands in the prompt. */
export function passageNumber(request: ChatCall, text: string): number {
  const prompt = promptOf(request);
  const at = prompt.indexOf(text);
  const before = [...prompt.slice(0, at).matchAll(/^\[(\d+)\]/gm)].at(-1);
  if (at === -1 || !before) throw new Error(`No passage holds "${text}":\n${prompt}`);
  return Number(before[1]);
}

/** A promise and the function that resolves it: a test's hand on what goes on. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** A text of so many paragraphs, each long enough to become a passage of its own; every one names its number. */
export const longText = (paragraphs: number, word = 'granite'): string =>
  Array.from(
    { length: paragraphs },
    (_, index) =>
      `# Part ${index}\n\n` +
      Array.from(
        { length: 20 },
        (_none, line) => `Block ${index}.${line} of the ${word} wall weighs ${index * 20 + line} kilograms.`,
      ).join(' '),
  ).join('\n\n');

/** All chunks that searches can find of a document. */
export async function chunksOf(server: Server, documentId: string): Promise<Json[]> {
  const { body } = await call(server, 'GET', `/api/v1/documents/${documentId}/chunks?limit=100`);
  expect(body.nextCursor).toBeNull();
  return body.data;
}

/** What the object store holds of a document. */
export const objectsOf = async ({ world }: { world: World }, documentId: string): Promise<string[]> =>
  (await world.objects()).filter((key) => key.includes(documentId));

/** What a client shows that has read these events: the deltas after the last restart. */
export const shownBy = (events: ReadEvent[]): string =>
  events
    .slice(events.findLastIndex(({ event }) => event === 'message.restarted') + 1)
    .filter(({ event }) => event === 'message.delta')
    .map(({ data }) => data.text)
    .join('');
