import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/**
 * On every answer, problems and raw streams included; a handler may override one with `reply.header`. The
 * policy is for data: the documentation pages set their own.
 */
export const standardHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Set on the raw response, where answers that a handler writes itself carry them too. */
export function setStandardHeaders(raw: ServerResponse, requestId: string): void {
  for (const [name, value] of Object.entries(standardHeaders)) raw.setHeader(name, value);
  raw.setHeader('x-request-id', requestId);
}

const acceptableId = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's own id when it is one that can safely stand in logs and headers, else a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && acceptableId.test(given) ? given : randomUUID();
}
