import { createServer, type Server, type Socket } from 'node:net';
import { parseRedisUrl, type RedisAddress } from '../src/platform/redis/redis-address.js';

/** A server that speaks enough of the Redis protocol to be connected to, and says of itself what a test wants. */
export class ScriptedRedis {
  /** What INFO answers. */
  info: Record<string, string> = { redis_version: '7.0.0', role: 'master', maxmemory_policy: 'noeviction' };
  /** Takes commands and answers none, as a network does that swallows packets. */
  silent = false;
  /** The command that is refused the next time it comes, and how. */
  refusal: { command: string; error: string } | null = null;
  readonly received: string[][] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => this.serve(socket));

  static async start(port = 0): Promise<ScriptedRedis> {
    const redis = new ScriptedRedis();
    await new Promise<void>((resolve) => redis.server.listen(port, '127.0.0.1', resolve));
    return redis;
  }

  get address(): RedisAddress {
    return parseRedisUrl(`redis://127.0.0.1:${(this.server.address() as { port: number }).port}`);
  }

  get connections(): number {
    return this.sockets.size;
  }

  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.hangUp();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      rest += text;
      for (;;) {
        const command = /^\*(\d+)\r\n((?:\$\d+\r\n[^\r]*\r\n)*)/.exec(rest);
        const words = command?.[2]?.split('\r\n').filter((_, line) => line % 2 === 1) ?? [];
        if (!command || words.length < Number(command[1])) return;
        rest = rest.slice(command[0].length);
        this.received.push(words);
        if (!this.silent) socket.write(this.answer(words[0]!.toLowerCase()));
      }
    });
  }

  private answer(command: string): string {
    if (command === this.refusal?.command) {
      const { error } = this.refusal;
      this.refusal = null;
      return `-${error}\r\n`;
    }
    if (command === 'ping') return '+PONG\r\n';
    if (command !== 'info') return '+OK\r\n';
    const lines = Object.entries(this.info).map(([name, value]) => `${name}:${value}\r\n`);
    const text = `# Server\r\n${lines.join('')}`;
    return `$${text.length}\r\n${text}\r\n`;
  }
}
