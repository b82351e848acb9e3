import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../../shared/app-error.js';

export interface DefenceSettings {
  /** Besides the loopback names. */
  allowedHosts: readonly string[];
  corsOrigins: readonly string[];
}

export interface InspectedRequest {
  method: string;
  /** The router's pattern; undefined for a path that it does not know. */
  route: string | undefined;
  protocol: string;
  headers: IncomingHttpHeaders;
}

/** Pages that people reach by a link from elsewhere. */
const linkable = new Set(['/docs', '/docs/', '/reference', '/reference/']);

/**
 * Without credentials, being on this machine is all the authority there is, and every web page that the user
 * opens is on this machine too. `Host` defeats DNS rebinding; `Origin` and `Sec-Fetch-Site` refuse requests that
 * other pages cause, those that need no preflight included.
 */
export function assertNotFromWebPage(request: InspectedRequest, settings: DefenceSettings): void {
  const { host, origin } = request.headers;
  if (!host || !isAllowedHost(host, settings.allowedHosts)) {
    throw new AppError({
      code: 'request.host-not-allowed',
      kind: 'misdirected',
      message: 'This host name is not served here. ALLOWED_HOSTS lists the names besides localhost.',
    });
  }
  if (origin !== undefined) {
    const own = `${request.protocol}://${host}`.toLowerCase();
    if (origin.toLowerCase() === own || settings.corsOrigins.includes(origin.toLowerCase())) return;
    throw originRefused('This origin may not call the API. CORS_ORIGINS lists those that may.');
  }
  if (request.headers['sec-fetch-site'] === 'cross-site' && !isLink(request)) {
    throw originRefused('Requests from other sites are refused.');
  }
}

function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/:\d*$/, '');
  return ['localhost', '127.0.0.1', '[::1]'].includes(name) || allowed.includes(name);
}

const isLink = ({ method, route, headers }: InspectedRequest): boolean =>
  method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && linkable.has(route ?? '');

const originRefused = (message: string): AppError =>
  new AppError({ code: 'request.origin-refused', kind: 'forbidden', message });
