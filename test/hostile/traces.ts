import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { readdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Folders } from './product.js';

/** Listens where nobody may call. */
export class Canary {
  readonly calls: string[] = [];
  private readonly server: Server = createServer((request, response) => {
    this.calls.push(`${request.method} ${request.url}`);
    response.end('<!ENTITY send "called">');
  });

  async listen(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }
}

/** Everything on this machine whose name carries the mark. */
const marked = (mark: string): Promise<string[]> =>
  new Promise((resolve) => {
    const args = [
      '/',
      '-xdev',
      '(',
      '-path',
      '/proc',
      '-o',
      '-path',
      '/sys',
      ')',
      '-prune',
      '-o',
      '-name',
      `*${mark}*`,
      '-print',
    ];
    // folders that may not be read, or that go meanwhile, make it end with 1: what it has found counts
    execFile('find', args, { maxBuffer: 16_777_216 }, (_, stdout) =>
      resolve(stdout.split('\n').filter(Boolean)),
    );
  });

/** What lies in the data folder of a server that has never seen a hostile file. */
const ownEntries = /^(?:database|objects|[\w.-]*\.(?:lock|pid))$/;

/** Files that are where none should be. */
export const strayFiles = async ({ data, cwd, tmp }: Folders, mark: string): Promise<string[]> => {
  const top = (await readdir(data)).filter((name) => !ownEntries.test(name)).map((name) => `${data}/${name}`);
  const elsewhere = (
    await Promise.all(
      [cwd, tmp].map(async (folder) => (await readdir(folder)).map((name) => `${folder}/${name}`)),
    )
  ).flat();
  return [...top, ...elsewhere, ...(await marked(mark))];
};
