import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Random } from './random.js';

/** What a connection gets, byte by byte; after it the connection stays open unless `after` says otherwise. */
export interface RawAnswer {
  parts: (string | Buffer)[];
  after?: 'end' | 'reset' | 'stay';
}

export type RawScript = (random: Random, text: string[]) => RawAnswer;

/** A server on loopback that answers each request with bytes, cut anywhere: the question names the script and the seed. */
export class RawModelServer {
  asked = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly scripts: ReadonlyMap<string, RawScript>,
  ) {}

  static async start(scripts: ReadonlyMap<string, RawScript>): Promise<RawModelServer> {
    const server = createServer();
    const raw = new RawModelServer(server, scripts);
    server.on('connection', (socket) => raw.serve(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return raw;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.sockets.delete(socket));
    // The client gives up on what it does not like.
    socket.on('error', () => undefined);
    let heard = '';
    socket.on('data', (part: Buffer) => {
      heard += part.toString('latin1');
      const [, name, seed] = /script (\S+) (\d+) "?/.exec(heard) ?? [];
      if (!name || !heard.endsWith('}')) return;
      heard = '';
      this.asked++;
      const random = new Random(Number(seed));
      const answer = this.scripts.get(name)!(random, textOf(Number(seed)));
      void this.write(socket, answer, random);
    });
  }

  private async write(socket: Socket, { parts, after = 'end' }: RawAnswer, random: Random): Promise<void> {
    const bytes = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
    const most = bytes.length > 65_536 ? bytes.length : 40;
    for (let at = 0; at < bytes.length && !socket.destroyed;) {
      const until = at + random.between(1, most);
      socket.write(bytes.subarray(at, until));
      at = until;
      if (random.chance(0.3)) await new Promise((resolve) => setImmediate(resolve));
    }
    // What was written must be on its way before the connection breaks.
    if (after === 'reset') socket.write('', () => setImmediate(() => socket.resetAndDestroy()));
    else if (after === 'end') socket.end();
  }
}

const words = [
  '배터리는 ',
  '11시간 ',
  'lasts ',
  '👩‍👩‍👧 ',
  'é',
  '漢字',
  '\n\n',
  '"quoted" ',
  '\\',
  '[1]',
  '😀',
  '가',
];

/** What the model would say, in the deltas in which it would say it. */
export function textOf(seed: number): string[] {
  const random = new Random(seed);
  return Array.from({ length: random.between(2, 12) }, () => random.pick(words));
}
