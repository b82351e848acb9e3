import type { Redis } from 'ioredis';
import type { AnswerEvent, AnswerEventType } from '../application/answer-log.port.js';

interface Read {
  messageId: string;
  after: number;
  most: number;
  events: Promise<AnswerEvent[]>;
  resolve: (events: AnswerEvent[]) => void;
  reject: (error: Error) => void;
}

type Entry = [id: string, fields: [name: 'type', type: AnswerEventType, name: 'data', data: string]];

/**
 * Readers that ask in the same turn of the event loop, as those do that were woken together, share one round trip; those
 * of one answer at the same place share one read, and the events that it gives: they are not to be changed.
 */
export class RedisEventReads {
  private waiting = new Map<string, Read>();

  constructor(
    private readonly client: Redis,
    private readonly keyOf: (messageId: string) => string,
  ) {}

  read(messageId: string, after: number, most: number): Promise<AnswerEvent[]> {
    const place = `${messageId} ${after} ${most}`;
    const known = this.waiting.get(place);
    if (known) return known.events;
    if (this.waiting.size === 0) queueMicrotask(() => void this.readAll());
    const read = { messageId, after, most } as Read;
    read.events = new Promise((resolve, reject) => Object.assign(read, { resolve, reject }));
    this.waiting.set(place, read);
    return read.events;
  }

  /** Never rejects: a failure goes to the readers that it concerns. */
  private async readAll(): Promise<void> {
    const reads = [...this.waiting.values()];
    this.waiting = new Map();
    const pipeline = this.client.pipeline();
    for (const { messageId, after, most } of reads)
      pipeline.xrange(this.keyOf(messageId), `${after + 1}-0`, '+', 'COUNT', most);
    try {
      const replies = (await pipeline.exec()) as [Error | null, Entry[]][];
      replies.forEach(([error, entries], index) => {
        if (error) reads[index]!.reject(error);
        else reads[index]!.resolve(entries.map(eventOf));
      });
    } catch (error) {
      for (const { reject } of reads) reject(error as Error);
    }
  }
}

const eventOf = ([id, [, type, , data]]: Entry): AnswerEvent => ({
  sequence: Number.parseInt(id, 10),
  type,
  data: JSON.parse(data) as unknown,
});
