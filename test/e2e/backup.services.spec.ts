import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { OpenAiServer } from '../openai-server.js';
import { call, newWorld, startProtostar, type World } from './harness.js';
import { addDocument, ask, messageOf, modelSettings, passageNumber, stream } from './talk.js';

const run = promisify(execFile);

const script = (name: string, world: World, ...args: string[]): Promise<{ stdout: string }> =>
  run(resolve(`docker/${name}`), args, {
    env: { PATH: `${process.env.PATH}`, ...world.env },
    timeout: 60_000,
  });

describe('docker/backup.sh and docker/restore.sh, between two installations on real servers', () => {
  let model: OpenAiServer;
  beforeAll(async () => (model = await OpenAiServer.start()));
  afterAll(() => model.close());

  it('carry everything over, and refuse a damaged backup before anything is touched', async () => {
    const env = modelSettings(model);
    model.answer = (request) => `It weighs 77 tons [${passageNumber(request, 'weighs 77 tons')}].`;
    const from = await startProtostar({ env });
    const documentId = await addDocument(from, '종', '에밀레 종 The bell weighs 77 tons.');
    const { answerId, eventsUrl } = await ask(from, { content: 'How much does the bell weigh?' });
    await (await stream(from, eventsUrl)).toEnd();
    const answer = await messageOf(from, answerId);
    expect(answer.citations).toHaveLength(1);
    const content = await call(from, 'GET', `/api/v1/documents/${documentId}/content`);

    // While it runs.
    await script('backup.sh', from.world, from.world.dataDir);
    await from.kill();
    const [backup] = (await readdir(from.world.dataDir)).filter((name) => name.startsWith('protostar-'));
    expect(backup).toMatch(/^protostar-\d{8}T\d{6}Z$/);
    const folder = join(from.world.dataDir, backup!);

    const world = await newWorld();
    const [file] = (await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile(),
    );
    const path = join(file!.parentPath, file!.name);
    const bytes = await readFile(path);
    await writeFile(path, 'something else');
    await expect(script('restore.sh', world, folder)).rejects.toThrow('bytes instead of');
    expect(await world.objects()).toEqual([]);
    await writeFile(path, bytes);

    // It was not touched: what has something in it is refused, as below.
    const { stdout } = await script('restore.sh', world, folder);
    expect(stdout).toContain('restore: database');
    const to = await startProtostar({ world, env });
    expect(await messageOf(to, answerId)).toEqual(answer);
    expect((await call(to, 'GET', `/api/v1/documents/${documentId}/content`)).body).toBe(content.body);
    const found = await call(to, 'POST', '/api/v1/search', { query: '에밀레 종' });
    expect(found.body.data[0]).toMatchObject({ documentId, documentTitle: '종' });

    // A second time: what is there is not overwritten unasked.
    await expect(script('restore.sh', world, folder)).rejects.toThrow('is not empty');
    await to.kill();
  });
});
