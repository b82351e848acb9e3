import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { standardHeaders } from './security/standard-headers.js';

interface RawProblem {
  status: number;
  reason: string;
  code: string;
  detail: string;
}

const problems: Record<string, RawProblem> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    code: 'request.headers-too-large',
    detail: 'The request line and headers are larger than allowed.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    code: 'request.timeout',
    detail: 'The request did not arrive in time.',
  },
};

const malformed: RawProblem = {
  status: 400,
  reason: 'Bad Request',
  code: 'request.invalid',
  detail: 'The request is not well-formed HTTP.',
};

/** Answers what never became a request: there is no router or filter at that level. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  const { _httpMessage: current } = socket as Socket & { _httpMessage?: { headersSent: boolean } | null };
  if (error.code === 'ECONNRESET' || !socket.writable || current?.headersSent) {
    socket.destroy();
    return;
  }
  const { status, reason, code, detail } = problems[error.code ?? ''] ?? malformed;
  const requestId = randomUUID();
  const body = JSON.stringify({
    type: `urn:protostar:problem:${code}`,
    title: reason,
    status,
    detail,
    code,
    requestId,
  });
  const headers = {
    ...standardHeaders,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${reason}`, ...head, '', body].join('\r\n'));
}
