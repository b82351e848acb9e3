// The frames of PostgreSQL's frontend/backend protocol 3.0 that the multiplexer must understand.
// https://www.postgresql.org/docs/current/protocol-message-formats.html

export interface Frame {
  /** Message type, one ASCII character. */
  type: string;
  /** The whole frame, type and length included. */
  bytes: Buffer;
}

/** Cuts complete frames off the front of `buffer`; the rest stays for the next call. */
export function takeFrames(buffer: Buffer): { frames: Frame[]; rest: Buffer } {
  const frames: Frame[] = [];
  let at = 0;
  while (buffer.length - at >= 5) {
    const end = at + 1 + buffer.readInt32BE(at + 1);
    if (end > buffer.length) break;
    frames.push({ type: String.fromCharCode(buffer[at] ?? 0), bytes: buffer.subarray(at, end) });
    at = end;
  }
  return { frames, rest: buffer.subarray(at) };
}

const frame = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'utf8');

export const readyForQuery = (): Buffer => frame('Z', Buffer.from('I'));

export const commandComplete = (tag: string): Buffer => frame('C', text(tag));

/** What a server says after a start-up packet that needs no password. */
export function startUpAnswer(): Buffer {
  const parameter = (name: string, value: string): Buffer =>
    frame('S', Buffer.concat([text(name), text(value)]));
  return Buffer.concat([
    frame('R', Buffer.alloc(4)),
    parameter('server_version', '18.0'),
    parameter('server_encoding', 'UTF8'),
    parameter('client_encoding', 'UTF8'),
    parameter('DateStyle', 'ISO, MDY'),
    parameter('integer_datetimes', 'on'),
    parameter('standard_conforming_strings', 'on'),
    frame('K', Buffer.alloc(8)),
    readyForQuery(),
  ]);
}

/** A fatal error that ends the connection, e.g. when the database is gone. */
export const fatalError = (message: string): Buffer =>
  frame(
    'E',
    Buffer.concat([text('SFATAL'), text('VFATAL'), text('C57P01'), text(`M${message}`), Buffer.alloc(1)]),
  );

/** A simple query ('Q'). */
export const simpleQuery = (sql: string): Buffer => frame('Q', text(sql));

/** The SQL of a Query or Parse frame; null for other frames. */
export function sqlOf({ type, bytes }: Frame): string | null {
  if (type === 'Q') return bytes.toString('utf8', 5, bytes.length - 1);
  if (type !== 'P') return null;
  const start = bytes.indexOf(0, 5) + 1;
  return bytes.toString('utf8', start, bytes.indexOf(0, start));
}

/** The channel of a NotificationResponse ('A'). */
export const channelOf = ({ bytes }: Frame): string => bytes.toString('utf8', 9, bytes.indexOf(0, 9));

/** Transaction status of a ReadyForQuery ('Z'): I idle, T in a transaction, E in a failed one. */
export const statusOf = ({ bytes }: Frame): string => String.fromCharCode(bytes[5] ?? 0);
