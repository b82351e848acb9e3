import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  events,
  json,
  ScriptedProtostar,
  type ScriptedEvent,
} from '../../../test/fakes/scripted-protostar.js';
import { waitFor } from '../../../test/wait-for.js';
import { runAsk, type AskEnvironment } from './run-ask.js';

const document = {
  id: 'd1',
  filename: 'tank.txt',
  title: 'Tank',
  status: 'queued',
  progress: { stage: 'queued', percent: 0, done: null, total: null, unit: null },
  metadata: { askId: 'scope-1' },
  chunkCount: 0,
  error: null,
};
const ready = {
  ...document,
  status: 'ready',
  progress: { stage: 'ready', percent: 100, done: 3, total: 3, unit: 'chunks' },
  chunkCount: 3,
};
const citation = { index: 1, documentTitle: 'Tank', page: 7, quote: 'The tank\nholds 500 litres.' };
const message = (status: string, more: object = {}) => ({
  id: 'm2',
  content: 'It holds 500 litres [1].',
  status,
  citations: [citation],
  model: 'extractive',
  error: null,
  ...more,
});
const started: ScriptedEvent = {
  id: 1,
  event: 'message.started',
  data: { message: message('running'), eventsUrl: '/api/v1/messages/m2/events' },
};
const delta = (id: number, text: string): ScriptedEvent => ({ id, event: 'message.delta', data: { text } });
const ended = (id: number, status: string, more: object = {}): ScriptedEvent => ({
  id,
  event: `message.${status}`,
  data: { message: message(status, more) },
});

const collections = 'GET /api/v1/collections';
const documents = 'POST /api/v1/collections/c1/documents';
const messages = 'POST /api/v1/conversations/v1/messages';

let server: ScriptedProtostar;
let folder: string;
let file: string;
let interrupt: () => void;
let out: string;
let err: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'protostar-ask-'));
  file = join(folder, 'tank "1".txt');
  await writeFile(file, 'The tank holds 500 litres.');
  out = '';
  err = '';
  server = await ScriptedProtostar.start();
  server
    .on('GET /health/live', json(200, { status: 'ok' }))
    .on(collections, json(200, { data: [{ id: 'c1', name: 'ask' }], nextCursor: null }))
    .on(documents, json(202, { data: [{ ...document, duplicate: false }] }))
    .on('GET /api/v1/documents/d1/events', events([{ id: 1, event: 'document.ready', data: {} }]))
    .on('GET /api/v1/documents/d1', json(200, ready))
    .on('POST /api/v1/conversations', json(201, { id: 'v1' }))
    .on(
      messages,
      events([started, delta(2, 'It holds 500 '), delta(3, 'litres [1].'), ended(4, 'completed')]),
    );
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const ask = (words: string[] = [file, 'How', 'much?'], more: Partial<AskEnvironment> = {}): Promise<number> =>
  runAsk(words, {
    out: { write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
    url: null,
    localUrl: more.localUrl ?? server.url,
    token: null,
    serverEntry: join(folder, 'no-such-server.js'),
    onInterrupt: (listener) => (interrupt = listener),
    ...more,
  });

describe('ask', () => {
  it('uploads, asks about this file alone, and prints the answer with page and quote', async () => {
    expect(await ask()).toBe(0);
    expect(out).toBe('It holds 500 litres [1].\n\n[1] Tank, p. 7: “The tank holds 500 litres.”\n');
    expect(err).toContain('tank.txt is ready (3 passages).');
    const [upload] = server.requestsTo(documents);
    expect(upload!.body.toString()).toContain('filename="tank %221%22.txt"');
    expect(upload!.body.toString()).toContain('The tank holds 500 litres.');
    expect(JSON.parse(server.requestsTo(messages)[0]!.body.toString())).toEqual({
      content: 'How much?',
      filter: { type: 'eq', key: 'askId', value: 'scope-1' },
    });
  });

  it('makes the collection when there is none, and asks all of a named one', async () => {
    server.on(collections, json(200, { data: [], nextCursor: null }));
    server.on('POST /api/v1/collections', json(201, { id: 'c1', name: 'manuals' }));
    expect(await ask([file, 'How much?', '--collection', 'manuals'])).toBe(0);
    expect(server.requestsTo(collections)[0]!.path).toContain('name=manuals');
    expect(JSON.parse(server.requestsTo(messages)[0]!.body.toString())).toEqual({ content: 'How much?' });
  });

  it('shows on a terminal how far the server has come', async () => {
    const at = (stage: string, percent: number, counts: object) => ({
      ...document,
      status: stage,
      progress: { stage, percent, ...counts },
    });
    const states = [
      at('extracting', 10, { done: 20, total: 60, unit: 'pages' }),
      at('embedding', 63, { done: 4, total: 8, unit: 'chunks' }),
    ];
    server.on(
      'GET /api/v1/documents/d1/events',
      events([...states, ready].map((_, id) => ({ id, event: 'document.progress', data: {} }))),
    );
    server.on('GET /api/v1/documents/d1', ...states.map((state) => json(200, state)), json(200, ready));
    expect(await ask([file, 'How much?'], { err: { isTTY: true, write: (text) => (err += text) } })).toBe(0);
    expect(err).toContain('extracting  10 % (20 of 60 pages)');
    expect(err).toContain('embedding  63 % (4 of 8 passages)');
  });

  it('does not wait for a file that is there already', async () => {
    server.on(documents, json(200, { data: [{ ...ready, duplicate: true }] }));
    expect(await ask()).toBe(0);
    expect(err).toContain('is there already');
    expect(server.requestsTo('GET /api/v1/documents/d1/events')).toEqual([]);
  });

  it('resumes a broken stream after the last event that it has seen', async () => {
    server.on(messages, events([started, delta(2, 'It holds 500 ')], { cut: true }));
    server.on(
      'GET /api/v1/messages/m2/events',
      events([delta(3, 'litres')], { cut: true }),
      events([delta(4, ' [1].'), ended(5, 'completed')]),
    );
    expect(await ask()).toBe(0);
    expect(out.split('\n')[0]).toBe('It holds 500 litres [1].');
    const resumed = server.requestsTo('GET /api/v1/messages/m2/events');
    expect(resumed.map(({ headers }) => headers['last-event-id'])).toEqual(['2', '3']);
  });

  it('repeats a question that may not have arrived under the same idempotency key', async () => {
    server.on(
      messages,
      (response) => void response.destroy(),
      events([started, delta(2, 'Yes.'), ended(3, 'completed')]),
    );
    expect(await ask()).toBe(0);
    const keys = server.requestsTo(messages).map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('cancels the answer on the first Ctrl-C and keeps what it said', async () => {
    let stream: (list: ScriptedEvent[]) => void = () => undefined;
    server.on(messages, (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      stream = (list) => {
        for (const { id, event, data } of list)
          response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      };
      stream([started, delta(2, 'It holds')]);
    });
    server.on('POST /api/v1/messages/m2/cancel', (response, request, body) => {
      stream([ended(3, 'cancelled', { citations: [] })]);
      void json(202, message('running'))(response, request, body);
    });
    const code = ask([file, 'How much?'], {
      out: {
        write(text) {
          out += text;
          if (out === 'It holds') interrupt();
        },
      },
    });
    expect(await code).toBe(130);
    expect(out).toBe('It holds\n');
    expect(server.requestsTo('POST /api/v1/messages/m2/cancel')).toHaveLength(1);
  });

  it('leaves on Ctrl-C while the server still reads the file', async () => {
    server.on('GET /api/v1/documents/d1/events', (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      interrupt();
    });
    expect(await ask()).toBe(130);
    expect(server.requestsTo(messages)).toEqual([]);
  });

  it('leaves on Ctrl-C while it starts a server, and takes that along', async () => {
    const serverEntry = join(folder, 'silent-server.mjs');
    await writeFile(
      serverEntry,
      `import { writeFileSync } from 'node:fs';
       process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(join(folder, 'stopped'))}, ''); process.exit(0); });
       setInterval(() => undefined, 1_000);
       console.log('up');
       writeFileSync(${JSON.stringify(join(folder, 'up'))}, '');`,
    );
    const code = ask([file, 'Why?'], { localUrl: 'http://127.0.0.1:9', serverEntry });
    await waitFor(() => existsSync(join(folder, 'up')));
    interrupt();
    expect(await code).toBe(130);
    expect(existsSync(join(folder, 'stopped'))).toBe(true);
  });

  it('keeps escape sequences of documents and answers off the terminal', async () => {
    server.on(messages, events([started, delta(2, 'a\u001b[31mb\u009bc'), ended(3, 'completed')]));
    await ask();
    expect(out.split('\n')[0]).toBe('a[31mbc');
  });
});

describe('what goes wrong is said', () => {
  it.each([
    [[], 'Which file?'],
    [['f.txt'], 'What is the question?'],
    [['/nowhere/f.txt', 'Why?'], 'There is no file /nowhere/f.txt.'],
    [[tmpdir(), 'Why?'], 'is not a file.'],
    [['f.txt', 'Why?', '--frobnicate'], '--frobnicate'],
    [['f.txt', 'Why?', '--url', 'nonsense'], '--url must be an address'],
  ])('%j', async (words, said) => {
    expect(await ask(words)).toBe(2);
    expect(err).toContain(said);
    expect(server.seen).toEqual([]);
  });

  it('a type that the server does not take', async () => {
    server.on(
      documents,
      json(415, { code: 'knowledge.type-unsupported', detail: 'Not a type that can be read.' }),
    );
    expect(await ask()).toBe(1);
    expect(err).toContain('Not a type that can be read.');
  });

  it('a document that could not be read', async () => {
    server.on(
      'GET /api/v1/documents/d1',
      json(200, { ...document, status: 'failed', error: { detail: 'No text.' } }),
    );
    expect(await ask()).toBe(1);
    expect(err).toContain('tank.txt: No text.');
  });

  it('an answer that failed, with what it had said', async () => {
    server.on(
      messages,
      events([started, delta(2, 'It'), ended(3, 'failed', { error: { detail: 'Model gone.' } })]),
    );
    expect(await ask()).toBe(1);
    expect(out).toMatch(/^It\n/);
    expect(err).toContain('Model gone.');
  });

  it('a key that is missing, and how to get one', async () => {
    server.on(collections, json(401, { detail: 'No credentials.' }));
    expect(await ask()).toBe(1);
    expect(err).toContain('npm run key');
    server.on(collections, json(200, { data: [{ id: 'c1', name: 'ask' }] }));
    expect(await ask([file, 'Why?', '--token', 'k1'])).toBe(0);
    expect(server.requestsTo(messages)[0]!.headers.authorization).toBe('Bearer k1');
  });

  it('a server that is too busy, and when to come back', async () => {
    server.on(messages, json(503, { detail: 'The queue is full.' }, { 'retry-after': '12' }));
    expect(await ask()).toBe(1);
    expect(err).toContain('Try again in 12 s.');
  });

  it('a server that was named and is not there', async () => {
    const { url } = server;
    await server.stop();
    expect(await ask([file, 'Why?', '--url', url], { localUrl: url })).toBe(1);
    expect(err).toContain('cannot be reached (ECONNREFUSED)');
    server = await ScriptedProtostar.start();
  });

  it('a local server that cannot be started', async () => {
    const free = 'http://127.0.0.1:9';
    expect(await ask([file, 'Why?'], { localUrl: free })).toBe(1);
    expect(err).toContain('The server could not be started');
  });
});
