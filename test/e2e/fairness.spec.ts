import { waitFor } from '../wait-for.js';
import { call, newWorld, startProtostar, type Protostar, type Server } from './harness.js';
import { bearer, runKey } from './keys.js';

/** More than the workers read while the other owner's file comes in. */
const batch = 200;
const concurrency = 2;

const paragraphs = (name: string): string =>
  Array.from({ length: 40 }, (_, line) => `Paragraph ${line} of ${name} says something of its own.`).join(
    '\n\n',
  );

describe('one owner with many files and one with a single file', () => {
  let server: Protostar;
  let many: Server;
  let one: Server;

  beforeAll(async () => {
    const world = await newWorld();
    const tokens = [
      await runKey(world, 'create', '--owner', 'many', '--role', 'user'),
      await runKey(world, 'create', '--owner', 'one', '--role', 'user'),
    ];
    server = await startProtostar({
      world,
      env: { AUTH_MODE: 'token', KNOWLEDGE_CONCURRENCY: String(concurrency) },
    });
    [many, one] = tokens.map((token) => ({ url: server.url, headers: bearer(token) })) as [Server, Server];
  });
  afterAll(() => server.stop());

  const collectionOf = async (owner: Server): Promise<string> =>
    (await call(owner, 'GET', '/api/v1/collections?name=default')).body.data[0].id as string;

  async function upload(owner: Server, collectionId: string, names: string[]): Promise<string[]> {
    const form = new FormData();
    for (const name of names)
      form.append('file', new Blob([paragraphs(name)], { type: 'text/plain' }), `${name}.txt`);
    const answer = await fetch(`${owner.url}/api/v1/collections/${collectionId}/documents`, {
      method: 'POST',
      headers: owner.headers,
      body: form,
    });
    const { data } = (await answer.json()) as { data: { id: string }[] };
    return data.map(({ id }) => id);
  }

  it('reads the single file next', async () => {
    const [manyId, oneId] = [await collectionOf(many), await collectionOf(one)];
    for (let first = 0; first < batch; first += 50)
      await upload(
        many,
        manyId,
        Array.from({ length: 50 }, (_, at) => `file ${first + at}`),
      );
    const [single] = await upload(one, oneId, ['single']);
    const isReady = async (): Promise<boolean> =>
      (await call(one, 'GET', `/api/v1/documents/${single}`)).body.status === 'ready';
    await waitFor(isReady, { timeoutMs: 60_000 });
    const waiting = await call(
      many,
      'GET',
      `/api/v1/collections/${manyId}/documents?status=queued&limit=100`,
    );
    // In the order of arrival nothing would be left.
    expect(waiting.body.data.length).toBeGreaterThan(batch / 4);
  });
});
