import { randomUUID } from 'node:crypto';
import { ConnectionError, pauseFor, type Connection } from './connection.js';
import { readEvents, type ServerEvent } from './event-stream.js';
import type { AnswerEvent, Conversation, Message, Question } from './types.js';

const reconnectAfterMs = 500;
/** Broken or refused connections in a row before the server counts as gone. */
const mostReconnects = 20;
const terminal: ReadonlySet<string> = new Set(['message.completed', 'message.cancelled', 'message.failed']);

/** Conversations and answers. */
export class ChatClient {
  constructor(private readonly connection: Connection) {}

  createConversation(settings: { title?: string; collectionIds?: string[] }): Promise<Conversation> {
    return this.connection.json('POST', '/api/v1/conversations', { json: settings });
  }

  /**
   * Asks, and yields the events of the answer up to its terminal one, each once, however often the connection
   * breaks: a question that may not have arrived is repeated under its idempotency key, a stream is resumed after
   * the last event that was seen.
   */
  async *ask(conversationId: string, question: Question, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    const answer = new AnswerStream(this.connection, conversationId, question);
    for (let attempts = 0; attempts < mostReconnects; attempts++) {
      try {
        for await (const event of readEvents(await answer.open(signal))) {
          attempts = 0;
          answer.note(event);
          yield { type: event.type, data: event.data } as AnswerEvent;
          if (terminal.has(event.type)) return;
        }
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
      }
      signal.throwIfAborted();
      await pauseFor(reconnectAfterMs, signal);
    }
    throw new ConnectionError('The server went away while it answered.', { cause: null });
  }

  /** What it has said so far stays. */
  cancel(messageId: string): Promise<Message> {
    return this.connection.json('POST', `/api/v1/messages/${messageId}/cancel`);
  }
}

/** Where the reading of one answer stands. */
class AnswerStream {
  private readonly idempotencyKey = randomUUID();
  private eventsUrl: string | null = null;
  private lastEventId: string | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly conversationId: string,
    private readonly question: Question,
  ) {}

  open(signal: AbortSignal): Promise<Response> {
    const accept = { accept: 'text/event-stream' };
    if (this.eventsUrl === null) {
      return this.connection.request('POST', `/api/v1/conversations/${this.conversationId}/messages`, {
        headers: { ...accept, 'idempotency-key': this.idempotencyKey },
        json: this.question,
        signal,
      });
    }
    const headers: Record<string, string> = { ...accept };
    if (this.lastEventId !== null) headers['last-event-id'] = this.lastEventId;
    return this.connection.request('GET', this.eventsUrl, { headers, signal });
  }

  note(event: ServerEvent): void {
    if (event.id !== null) this.lastEventId = event.id;
    if (event.type === 'message.started') this.eventsUrl = (event.data as { eventsUrl: string }).eventsUrl;
  }
}
