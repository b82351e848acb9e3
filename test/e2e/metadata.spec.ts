import { OpenAiServer, type ChatCall, type ChatScript } from '../openai-server.js';
import { waitFor } from '../wait-for.js';
import { call, newWorld, startProtostar, type Json, type Protostar } from './harness.js';
import { addDocument, gate, modelSettings, promptOf } from './talk.js';

const generated = (about: string) => ({
  summary: `A note about ${about}.`,
  keywords: [about, 'animals'],
  category: 'note',
});

describe('metadata by the language model', () => {
  let model: OpenAiServer;
  let server: Protostar;
  /** What the model does with a document whose text holds the word; none: it writes about the word that it finds. */
  const scripts = new Map<string, () => ChatScript | string>();
  const animals = ['heron', 'badger', 'otter', 'marten', 'lynx', 'beaver'];

  const answer = (request: ChatCall): ChatScript | string => {
    const text = promptOf(request);
    const animal = animals.find((name) => text.includes(name))!;
    return scripts.get(animal)?.() ?? '```json\n' + JSON.stringify(generated(animal)) + '\n```';
  };
  const asked = (animal: string) => model.chats.filter(({ call: made }) => promptOf(made).includes(animal));
  const document = async (id: string): Promise<Json> =>
    (await call(server, 'GET', `/api/v1/documents/${id}`)).body;
  const untilGenerated = (id: string, about: string): Promise<void> =>
    waitFor(async () => (await document(id)).generated?.keywords[0] === about, {
      timeoutMs: 40_000,
      what: `metadata about ${about}`,
    });
  const start = async (env: Record<string, string>, world = server?.world): Promise<void> => {
    server = await startProtostar({ world: world ?? (await newWorld()), env });
  };
  const on = (): Record<string, string> => ({ ...modelSettings(model), GENERATE_METADATA: 'true' });
  const modelInUse = async (): Promise<Json> => (await call(server, 'GET', '/health/ready')).body.model;

  beforeAll(async () => {
    model = await OpenAiServer.start();
    model.answer = answer;
  });
  afterAll(async () => {
    await server.stop();
    await model.close();
  });

  it('is not written without a language model, which is said', async () => {
    await start({ GENERATE_METADATA: 'true' });
    expect(server.output.join('\n')).toContain('metadata.not-generated');
    expect(await modelInUse()).toMatchObject({ generative: false, generatesMetadata: false });
    const id = await addDocument(server, 'Heron', 'The heron stands in the reeds.');
    expect(await document(id)).toMatchObject({ status: 'ready', generated: null });
    await server.stop();
  });

  it('is written of what is there when it is turned on, and of what comes', async () => {
    await start(on());
    expect(await modelInUse()).toMatchObject({ generative: true, generatesMetadata: true });
    const { body } = await call(server, 'GET', '/api/v1/collections?name=default');
    const [old] = (await call(server, 'GET', `/api/v1/collections/${body.data[0].id}/documents`)).body.data;
    await untilGenerated(old.id, 'heron');
    const id = await addDocument(server, 'Badger', 'The badger sleeps in its sett.');
    await untilGenerated(id, 'badger');
    expect(await document(id)).toMatchObject({
      status: 'ready',
      metadata: {},
      generated: generated('badger'),
    });
    const { call: made } = asked('badger')[0]!;
    expect(made.messages[1]!.content).toMatch(
      /^<data-([0-9a-f]{12})>\n[\s\S]*badger sleeps[\s\S]*<\/data-\1>$/,
    );
  });

  it('follows the content to its next version', async () => {
    const id = await addDocument(server, 'Note', 'The otter swims upstream.');
    await untilGenerated(id, 'otter');
    const form = new FormData();
    form.append('file', new Blob(['The marten climbs a tree.'], { type: 'text/plain' }), 'next.txt');
    const replaced = await fetch(`${server.url}/api/v1/documents/${id}/content`, {
      method: 'PUT',
      body: form,
    });
    expect(replaced.status).toBe(202);
    await untilGenerated(id, 'marten');
    expect(await document(id)).toMatchObject({ version: 2, searchableVersion: 2, status: 'ready' });
  });

  it('is given up after three answers that are no use, and the document is as good as any', async () => {
    scripts.set('lynx', () => 'Once upon a time there was a lynx.');
    const id = await addDocument(server, 'Lynx', 'The lynx hunts at night.');
    const givenUp = (): boolean =>
      server.output.some((line) => line.includes('metadata.given-up') && line.includes(id));
    await waitFor(givenUp, { timeoutMs: 40_000 });
    expect(asked('lynx')).toHaveLength(3);
    expect(await document(id)).toMatchObject({ status: 'ready', generated: null, error: null, attempts: 1 });
    const found = await call(server, 'POST', '/api/v1/search', { query: 'lynx at night' });
    expect(found.body.data[0]).toMatchObject({ documentId: id });
  });

  it('stops when the document is deleted in the middle of it, and goes on after a kill', async () => {
    const { opened } = gate();
    scripts.set('beaver', () => ({ deltas: ['{"summary": "A', ' beaver"'], pauses: { 1: opened } }));
    const deleted = await addDocument(server, 'Beaver', 'The beaver fells a birch.');
    await waitFor(() => asked('birch').length > 0);
    expect((await call(server, 'DELETE', `/api/v1/documents/${deleted}`)).status).toBe(204);
    await waitFor(() => asked('birch')[0]!.aborted);

    const id = await addDocument(server, 'Beaver', 'The beaver builds a dam.');
    await waitFor(() => asked('a dam').length > 0);
    await server.kill();
    scripts.delete('beaver');
    await start(on());
    await untilGenerated(id, 'beaver');
    expect(asked('birch')).toHaveLength(1);
  }, 90_000);
});
