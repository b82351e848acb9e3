import type { IncomingMessage } from 'node:http';
import { pipeline, Transform, type TransformCallback } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import type { ExchangeDeadline } from './exchange-deadline.js';
import { OutgoingHttpError } from './outgoing-http.port.js';

export const acceptedEncodings = 'gzip, br';

/** What an answer's body decodes to, bounded on the wire and after it. Ends the deadline with itself. */
export function receiveBody(
  answer: IncomingMessage,
  maxBytes: number,
  deadline: ExchangeDeadline,
): ReceivedBody {
  const decoder = hasBody(answer) ? decoderOf(answer.headers['content-encoding']) : undefined;
  if (hasBody(answer) && Number(answer.headers['content-length'] ?? 0) > maxBytes) {
    throw new OutgoingHttpError('too-large');
  }
  const body = new ReceivedBody(maxBytes, deadline);
  const stages = decoder ? [new ByteLimit(maxBytes), decoder, body] : [body];
  // What goes wrong reaches the reader of `body`, which pipeline destroys with it.
  pipeline([answer, ...stages], () => deadline.release());
  return body;
}

const hasBody = (answer: IncomingMessage & { req?: { method?: string } }): boolean =>
  answer.req?.method !== 'HEAD' && answer.statusCode !== 204 && answer.statusCode !== 304;

/** One coding at most: each further one would multiply what a small answer can unfold to. */
function decoderOf(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new OutgoingHttpError('undecodable');
  }
}

class ByteLimit extends Transform {
  private passed = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.passed += chunk.length;
    if (this.passed > this.maxBytes) done(new OutgoingHttpError('too-large'));
    else done(null, chunk);
  }
}

/** The end of the line: whatever fails before it is told to the reader as the exchange's failure. */
class ReceivedBody extends ByteLimit {
  constructor(
    maxBytes: number,
    private readonly deadline: ExchangeDeadline,
  ) {
    super(maxBytes);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    done(error && (this.deadline.explain(error) as Error));
  }
}
