import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolderInUseError, lockDataFolder } from './lock-data-folder.js';

describe('lockDataFolder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'protostar-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lets one process in and names it to the next', async () => {
    const release = await lockDataFolder(folder);
    const second = lockDataFolder(folder);
    await expect(second).rejects.toThrow(DataFolderInUseError);
    await expect(second).rejects.toThrow(`process ${process.pid}`);
    await release();
    const again = await lockDataFolder(folder);
    await again();
  });

  it('makes a folder that is not there, and works where its path is too long for a socket', async () => {
    const deep = join(folder, 'a'.repeat(60), 'b'.repeat(60));
    const release = await lockDataFolder(deep);
    await expect(lockDataFolder(deep)).rejects.toThrow(DataFolderInUseError);
    await release();
  });

  it('is free again after the holder was killed', async () => {
    const script = join(folder, 'holder.mjs');
    const socket = join(folder, 'protostar.lock');
    await writeFile(
      script,
      `import { createServer } from 'node:net';
       createServer((s) => s.end(String(process.pid))).listen(${JSON.stringify(socket)}, () => process.send('held'));`,
    );
    const child = fork(script);
    await once(child, 'message');
    await expect(lockDataFolder(folder)).rejects.toThrow(`process ${child.pid}`);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const release = await lockDataFolder(folder);
    await release();
  });
});
