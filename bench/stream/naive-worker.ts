import 'reflect-metadata';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { BenchModel } from './model-client.js';

/* A process of its own: each token is added to a Redis stream and published, as it comes. */

process.on('disconnect', () => process.exit());

const redisUrl = process.env.REDIS_URL!;
const redis = new Redis(redisUrl);
const model = new BenchModel(process.env.MODEL_URL!);

const worker = new Worker<{ channel: string; content: string }>(
  'naive',
  async ({ data: { channel, content } }) => {
    for await (const text of model.answer(content)) {
      const data = JSON.stringify({ text });
      await redis.xadd(`${channel}:events`, '*', 'data', data);
      await redis.publish(channel, data);
    }
    await redis.expire(`${channel}:events`, 3_600);
    await redis.publish(channel, 'end');
  },
  { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }), concurrency: 1_000 },
);
await worker.waitUntilReady();
process.send!({ url: '' });
