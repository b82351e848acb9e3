import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { SseStream, type SseTimings } from './sse-stream.js';

describe('SseStream', () => {
  let server: FastifyInstance;
  let opened: Promise<SseStream>;

  async function serve(timings?: SseTimings): Promise<void> {
    server = fastify({ forceCloseConnections: true });
    opened = new Promise((resolve) => {
      server.get('/events', (_, reply) => {
        void reply.header('x-request-id', 'r-1');
        resolve(new SseStream(reply, timings).open());
      });
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
  }

  const request = (method = 'GET'): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { port } = server.server.address() as AddressInfo;
      get({ port, host: '127.0.0.1', path: '/events', method }, resolve).on('error', reject);
    });

  async function textUntil(response: IncomingMessage, wanted: string): Promise<string> {
    let text = '';
    for await (const piece of response.setEncoding('utf8')) {
      text += String(piece);
      if (text.includes(wanted)) return text;
    }
    throw new Error(`The stream ended without ${JSON.stringify(wanted)}: ${text}`);
  }

  afterEach(() => server.close());

  it('greets with retry, a comment and the headers that proxies need', async () => {
    await serve();
    const response = await request();
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': 'r-1',
    });
    expect(await textUntil(response, '\n\n')).toBe('retry: 1000\n: open\n\n');
  });

  it('writes events as LF lines with one line of JSON, and no id where there is none', async () => {
    await serve();
    const response = await request();
    const stream = await opened;
    await stream.send(
      { id: 7, event: 'message.delta', data: { text: '안녕\r\n하세요' } },
      { event: 'message.restarted', data: { reason: 'log-expired' } },
    );
    stream.close();
    expect(await textUntil(response, 'log-expired"}\n\n')).toBe(
      'retry: 1000\n: open\n\n' +
        'id: 7\nevent: message.delta\ndata: {"text":"안녕\\r\\n하세요"}\n\n' +
        'event: message.restarted\ndata: {"reason":"log-expired"}\n\n',
    );
    await stream.closed;
    expect(stream.isOpen).toBe(false);
  });

  it('sends a comment at every heartbeat', async () => {
    await serve({ heartbeatMs: 5, stallLimitMs: 60_000 });
    const response = await request();
    expect(await textUntil(response, ': alive\n\n: alive\n\n')).toContain('retry: 1000');
  });

  it('answers HEAD with the head alone', async () => {
    await serve();
    const response = await request('HEAD');
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const stream = await opened;
    await stream.closed;
  });

  it('makes the sender wait for a client that does not read, and cuts it off in the end', async () => {
    await serve({ heartbeatMs: 10, stallLimitMs: 30 });
    const response = await request();
    response.pause();
    response.on('error', () => undefined);
    const stream = await opened;
    const megabyte = 'x'.repeat(1024 * 1024);
    let sent = 0;
    while (stream.isOpen && sent < 1_000) {
      await stream.send({ id: ++sent, event: 'message.delta', data: { text: megabyte } });
    }
    await stream.closed;
    expect(sent).toBeLessThan(100);
  });

  it('ends when the client leaves, and takes no harm from a late send', async () => {
    await serve();
    const response = await request();
    const stream = await opened;
    response.destroy();
    await stream.closed;
    await stream.send({ id: 1, event: 'message.delta', data: {} });
    stream.close();
    expect(stream.isOpen).toBe(false);
  });
});
