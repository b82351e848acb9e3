import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ConnectionError } from './connection.js';

export interface ServerEvent {
  /** Null on events that a resume must not name. */
  id: string | null;
  type: string;
  data: unknown;
}

/**
 * The events of one response, to its end.
 * @throws ConnectionError when the connection breaks.
 */
export async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (!response.body) return;
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  try {
    for await (const { id, event, data } of events) {
      yield { id: id ?? null, type: event ?? 'message', data: JSON.parse(data) as unknown };
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    throw new ConnectionError('The event stream broke.', { cause: error });
  }
}
