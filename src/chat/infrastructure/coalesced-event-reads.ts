import type { Database } from '../../platform/database/database.js';
import type { AnswerEvent } from '../application/answer-log.port.js';

/** $1 messages, $2 after which sequence of each, $3 how many of each: parallel arrays. */
const readMany = `
  SELECT wanted.place::integer, event.sequence, event.type, event.data
  FROM unnest($1::uuid[], $2::integer[], $3::integer[]) WITH ORDINALITY
    AS wanted (message_id, after_sequence, most, place)
  CROSS JOIN LATERAL (
    SELECT sequence, type, data FROM answer_event
    WHERE message_id = wanted.message_id AND sequence > wanted.after_sequence
    ORDER BY sequence LIMIT wanted.most
  ) AS event
  ORDER BY wanted.place, event.sequence`;

const mostTogether = 250;

interface Read {
  messageId: string;
  after: number;
  most: number;
  resolve: (events: AnswerEvent[]) => void;
  reject: (error: unknown) => void;
}

type Row = AnswerEvent & { place: number };

/**
 * One query at a time, however many readers: reads that come while one is under way go together in the next.
 * A reader alone waits for nobody.
 */
export class CoalescedEventReads {
  private waiting: Read[] = [];
  private reading = false;

  constructor(private readonly database: Database) {}

  read(messageId: string, after: number, most: number): Promise<AnswerEvent[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ messageId, after, most, resolve, reject });
      if (!this.reading) void this.readAll();
    });
  }

  /** Never rejects: a failure goes to the readers that it concerns. */
  private async readAll(): Promise<void> {
    this.reading = true;
    // Readers that were woken by the same notification ask within the same turn of the event loop.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.readTogether(this.waiting.splice(0, mostTogether));
    this.reading = false;
  }

  private async readTogether(reads: Read[]): Promise<void> {
    try {
      const rows = await this.database.query<Row>(readMany, [
        reads.map(({ messageId }) => messageId),
        reads.map(({ after }) => after),
        reads.map(({ most }) => most),
      ]);
      const events: AnswerEvent[][] = reads.map(() => []);
      for (const { place, sequence, type, data } of rows) events[place - 1]?.push({ sequence, type, data });
      reads.forEach(({ resolve }, index) => resolve(events[index] ?? []));
    } catch (error) {
      for (const { reject } of reads) reject(error);
    }
  }
}
