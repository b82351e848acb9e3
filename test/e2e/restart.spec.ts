import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { waitFor } from '../wait-for.js';
import { call, newWorld, startProtostar, type Json } from './harness.js';

/** Starts a second one that must refuse. @returns its exit code and what it said. */
async function refusedStart(env: Record<string, string>): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [resolve('dist/main/standalone.js')], {
    cwd: env.DATA_DIR,
    env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'silent', ...env },
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, said };
}

describe('starting and stopping', () => {
  it('keeps everything over a stop and over kill -9, and finishes what was under way', async () => {
    let server = await startProtostar();
    const { world } = server;
    const { body } = await call(server, 'GET', '/api/v1/collections');
    const path = `/api/v1/collections/${body.data[0].id}/documents`;
    const add = (title: string) =>
      call(server, 'POST', path, { title, text: `The ${title} weighs 12 kilograms.` });
    const first = (await add('anvil')).body.data[0].id;
    const isReady = async (id: string): Promise<boolean> =>
      (await call(server, 'GET', `/api/v1/documents/${id}`)).body.status === 'ready';
    await waitFor(() => isReady(first));
    expect(await server.stop()).toBe(0);

    server = await startProtostar({ world });
    expect(await isReady(first)).toBe(true);
    const others = await Promise.all(['bellows', 'crucible', 'furnace'].map(add));
    await server.kill();

    server = await startProtostar({ world });
    for (const other of others)
      await waitFor(() => isReady(other.body.data[0].id), {
        timeoutMs: 40_000,
        what: 'ingestion after kill -9',
      });
    const found = await call(server, 'POST', '/api/v1/search', { query: 'crucible' });
    expect(found.body.data.filter((passage: Json) => passage.text.includes('crucible'))).toHaveLength(1);
    await server.stop();
  });

  it('refuses a data folder and a port that are taken, and says which', async () => {
    const server = await startProtostar();
    const sameFolder = await refusedStart(server.world.env);
    expect(sameFolder.code).not.toBe(0);
    expect(sameFolder.said).toContain(server.world.dataDir);
    expect(sameFolder.said).toContain(`process ${server.processes[0]!.process.pid}`);
    const { port } = new URL(server.url);
    const samePort = await refusedStart({ ...(await newWorld()).env, PORT: port });
    expect(samePort.code).not.toBe(0);
    expect(samePort.said).toContain(port);
    expect(samePort.said).not.toMatch(/\n\s+at /);
    await server.stop();
  });

  it.each([
    [{ PORT: 'eighty' }, /PORT/],
    [{ HOST: '0.0.0.0' }, /AUTH_MODE/],
    [{ CHAT_MODEL: 'some-model' }, /OPENAI_API_KEY/],
  ])('refuses the setting %j with a sentence', async (env, sentence) => {
    const { code, said } = await refusedStart({ ...(await newWorld()).env, ...env });
    expect(code).not.toBe(0);
    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/\n\s+at /);
  });
});
