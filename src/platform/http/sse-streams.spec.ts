import { EventEmitter } from 'node:events';
import type { FastifyReply } from 'fastify';
import { SseStreams } from './sse-streams.js';

describe('SseStreams', () => {
  const aReply = () => {
    const raw = Object.assign(new EventEmitter(), {
      destroyed: false,
      writeHead: () => undefined,
      write: () => true,
      end: () => raw.emit('close'),
    });
    return { raw, hijack: () => undefined, getHeaders: () => ({}), request: { method: 'GET' } };
  };
  const asReply = (reply: ReturnType<typeof aReply>) => reply as unknown as FastifyReply;

  it('refuses one owner a stream too many, and leaves another owner alone', () => {
    const streams = new SseStreams({ streamsPerOwner: 2, streamsLimit: 9 });
    streams.reserve('a').open(asReply(aReply()));
    streams.reserve('a');
    expect(() => streams.reserve('a')).toThrow(
      expect.objectContaining({ code: 'request.too-many-streams', kind: 'limited', retryAfterSeconds: 5 }),
    );
    expect(() => streams.reserve('b')).not.toThrow();
  });

  it('refuses everybody a stream too many in all, until one has gone', () => {
    const streams = new SseStreams({ streamsPerOwner: 2, streamsLimit: 2 });
    const [first] = [streams.reserve('a'), streams.reserve('b')];
    expect(() => streams.reserve('c')).toThrow(
      expect.objectContaining({ code: 'request.streams-full', kind: 'unavailable', retryAfterSeconds: 5 }),
    );
    first!.release();
    expect(() => streams.reserve('c')).not.toThrow();
  });

  it('gives a place back once, on release or when the stream ends', async () => {
    const streams = new SseStreams({ streamsPerOwner: 1, streamsLimit: 9 });
    const unused = streams.reserve('a');
    unused.release();
    unused.release();
    const slot = streams.reserve('a');
    const stream = slot.open(asReply(aReply()));
    slot.release();
    expect(() => streams.reserve('a')).toThrow('1 event streams');
    stream.close();
    await stream.closed;
    expect(() => streams.reserve('a')).not.toThrow();
  });

  it('ends every stream at shutdown', async () => {
    const streams = new SseStreams({ streamsPerOwner: 9, streamsLimit: 9 });
    const open = [streams.reserve('a').open(asReply(aReply())), streams.reserve('b').open(asReply(aReply()))];
    streams.beforeApplicationShutdown();
    await Promise.all(open.map((stream) => stream.closed));
    expect(open.map((stream) => stream.isOpen)).toEqual([false, false]);
  });
});
