import { freePort } from '../free-port.js';
import { OpenAiServer } from '../openai-server.js';
import { waitFor } from '../wait-for.js';
import { call, newWorld, type Server } from './harness.js';
import { ProcessGraph } from './process-graph.js';
import { addDocument, ask, gate, messageOf, modelSettings, passageNumber, shownBy, stream } from './talk.js';

/** Values that only need to be there: the stores of the test have others. */
const secrets = Object.fromEntries(
  ['DATABASE_PASSWORD', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'].map(
    (name) => [name, 'of-the-container'],
  ),
);

describe('the processes of docker/compose.yaml, started without a container engine', () => {
  let model: OpenAiServer;
  let graph: ProcessGraph;
  let server: Server;

  beforeAll(async () => {
    model = await OpenAiServer.start();
    const { DATA_DIR: _, ...stores } = (await newWorld()).env;
    graph = new ProcessGraph({
      variables: { ...secrets, HTTP_PORT: String(await freePort()), API_REPLICAS: '2' },
      stores,
      settings: modelSettings(model),
      caddy: process.env.CADDY!,
    });
    await graph.start();
    server = { url: graph.proxyUrl };
  }, 180_000);

  afterAll(async () => {
    await graph.end();
    await model.close();
  });

  it('start in order: the schema first, the proxy when the API is well', () => {
    expect(graph.settled.slice(0, 4)).toEqual(['postgres', 'valkey', 'objects', 'migrate']);
    expect(graph.settled.at(-1)).toBe('proxy');
    expect(graph.processes.map(({ service }) => service).toSorted()).toEqual([
      'api',
      'api',
      'chat-worker',
      'knowledge-worker',
      'migrate',
      'proxy',
      'summary-worker',
    ]);
    expect(graph.of('migrate')[0]!.output.join('\n')).toContain('database.migrated');
  });

  it('answer nobody without a key, and make the first one', async () => {
    expect((await call(server, 'GET', '/api/v1/collections')).status).toBe(401);
    const printed = await graph.run('key', ['create', '--owner', 'root', '--role', 'admin']);
    const [key] = /\bps_[A-Za-z0-9_-]+/.exec(printed) ?? [];
    expect(key).toBeDefined();
    server = { ...server, headers: { authorization: `Bearer ${key}` } };
    expect((await call(server, 'GET', '/api/v1/collections')).status).toBe(200);
    expect((await call(server, 'GET', '/health/ready')).body).toMatchObject({ status: 'ok' });
  });

  it('do the main job through the proxy, which holds no event back', async () => {
    await addDocument(server, 'Harbour', 'The harbour crane lifts 340 tons.');
    const hand = gate();
    model.answer = (request) => {
      const mark = `[${passageNumber(request, 'The harbour crane lifts 340 tons')}]`;
      return { deltas: ['It lifts 340 tons ', `${mark}. `, '끝.'], pauses: { 2: hand.opened } };
    };
    const { answerId, eventsUrl } = await ask(server, { content: 'How much does the harbour crane lift?' });
    const events = await stream(server, eventsUrl);
    await events.until(() => events.text.startsWith('It lifts 340 tons'));
    hand.open();
    await events.toEnd();
    const { content, status, citations } = await messageOf(server, answerId);
    expect({ status, shown: shownBy(events.events) }).toEqual({ status: 'completed', shown: content });
    expect(citations).toEqual([expect.objectContaining({ documentTitle: 'Harbour' })]);
  });

  const served = (): number[] =>
    graph.of('api').map(({ output }) => output.filter((line) => line.includes('/api/v1/collections')).length);

  it('share the requests among the replicas, and live with one that is gone', async () => {
    await waitFor(async () => {
      expect((await call(server, 'GET', '/api/v1/collections')).status).toBe(200);
      return served().every((count) => count > 1);
    });
    const [gone] = graph.of('api');
    gone!.process.kill('SIGKILL');
    await gone!.exited;
    const before = served()[1]!;
    for (let request = 0; request < 20; request++)
      expect((await call(server, 'GET', '/api/v1/collections')).status).toBe(200);
    await waitFor(() => served()[1]! - before >= 20);
  });

  it('end in good order when they are asked to', async () => {
    const codes = await graph.stop();
    expect(codes.map(([service]) => service)).toEqual([
      'proxy',
      'summary-worker',
      'knowledge-worker',
      'chat-worker',
      'api',
    ]);
    expect(codes.every(([, code]) => code === 0)).toBe(true);
    for (const role of ['api', 'chat-worker', 'knowledge-worker', 'summary-worker'])
      expect(graph.of(role).at(-1)!.output.join('\n')).toContain('process.stopped');
  });
});
