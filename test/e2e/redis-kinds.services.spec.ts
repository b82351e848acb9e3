import { OpenAiServer } from '../openai-server.js';
import { waitFor } from '../wait-for.js';
import { newWorld, startProtostar } from './harness.js';
import { OwnRedis } from './own-redis.js';
import { ask, gate, messageOf, modelSettings, stream } from './talk.js';

describe('kinds of Redis', () => {
  let redis: OwnRedis;
  let model: OpenAiServer;

  beforeEach(async () => {
    redis = await OwnRedis.make();
    model = await OpenAiServer.start();
  });
  afterEach(async () => {
    await redis.end();
    await model.close();
  });

  it('one that speaks TLS alone, under a private authority', async () => {
    const { port, certificate } = await redis.tlsServer();
    model.answer = () => 'Over TLS.';
    const server = await startProtostar({
      env: {
        ...modelSettings(model),
        REDIS_URL: `rediss://localhost:${port}`,
        NODE_EXTRA_CA_CERTS: certificate,
      },
    });
    const { answerId, eventsUrl } = await ask(server, { content: 'Hello', mode: 'plain' });
    expect((await (await stream(server, eventsUrl)).toEnd()).text).toBe('Over TLS.');
    expect((await messageOf(server, answerId)).status).toBe('completed');
    expect(await server.stop()).toBe(0);
  });

  it('one whose certificate nobody vouches for is refused at the start, with the reason', async () => {
    const { port } = await redis.tlsServer();
    await expect(
      startProtostar({ entry: 'api', env: { REDIS_URL: `rediss://localhost:${port}` } }),
    ).rejects.toThrow(/is not trusted \(self-signed certificate\). Check REDIS_URL.*NODE_EXTRA_CA_CERTS/);
  });

  it('a replicated one behind a sentinel, whose master dies in the middle of an answer', async () => {
    const master = await redis.server();
    const replica = await redis.server([`replicaof 127.0.0.1 ${master}`]);
    const sentinel = await redis.sentinel(master);
    await redis.untilReplicated(sentinel, replica);
    const hand = gate();
    model.answer = () => ({ deltas: ['Before,', ' after.'], pauses: { 1: hand.opened } });
    const server = await startProtostar({
      world: await newWorld(),
      env: { ...modelSettings(model), REDIS_URL: `redis+sentinel://127.0.0.1:${sentinel}/main` },
    });
    const { answerId, eventsUrl } = await ask(server, { content: 'Count', mode: 'plain' });
    const events = await stream(server, eventsUrl);
    await events.until(() => events.text === 'Before,');
    await redis.kill(master);
    hand.open();
    await waitFor(async () => (await messageOf(server, answerId)).status === 'completed', {
      timeoutMs: 40_000,
    });
    expect((await messageOf(server, answerId)).content).toBe('Before, after.');

    // The replica has taken over, and new questions go through it.
    const next = await ask(server, { content: 'Again', mode: 'plain' });
    const again = await stream(server, next.eventsUrl);
    expect((await again.toEnd()).text).toBe((await messageOf(server, next.answerId)).content);
    await server.kill();
  });
});
