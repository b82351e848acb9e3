import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';

/* A process of its own: a question becomes a job; what is published for it is written on. Nothing is stored or resumed. */

process.on('disconnect', () => process.exit());

const redisUrl = process.env.REDIS_URL!;
const queue = new Queue('naive', { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }) });
const subscriber = new Redis(redisUrl);
const readers = new Map<string, ServerResponse>();

subscriber.on('message', (channel: string, message: string) => {
  const response = readers.get(channel);
  if (!response) return;
  if (message !== 'end') {
    response.write(`event: message.delta\ndata: ${message}\n\n`);
    return;
  }
  readers.delete(channel);
  void subscriber.unsubscribe(channel);
  response.end('event: message.completed\ndata: {}\n\n');
});

const server = createServer((request, response) => {
  void (async () => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { content } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { content: string };
    const channel = `naive:${randomUUID()}`;
    readers.set(channel, response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await subscriber.subscribe(channel);
    await queue.add('answer', { channel, content }, { removeOnComplete: true });
  })().catch((error: unknown) => response.destroy(error as Error));
});
server.listen(0, '127.0.0.1', 4_096, () => {
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
