import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../shared/app-error.js';
import type { Authenticator } from '../authenticator.port.js';

const publicRoutes = [/^\/health\//, /^\/docs(\/|$)/, /^\/reference(\/|$)/];
const adminRoutes = [/^\/metrics$/, /^\/admin(\/|$)/];

/** Whether a route, by the router's pattern, is served without credentials. */
export const isPublicRoute = (route: string): boolean => publicRoutes.some((pattern) => pattern.test(route));

/**
 * Sets `request.caller` before the body is read. Judged by the router's pattern rather than by the URL's text,
 * which has many spellings; a path that no route has needs credentials too.
 */
export async function authorizeRequest(request: FastifyRequest, authenticator: Authenticator): Promise<void> {
  const route = request.routeOptions.url ?? '';
  if (isPublicRoute(route)) return;
  const ticket = takeTicket(request);
  const caller = await authenticator.authenticate({
    path: request.url.split('?', 1)[0] ?? '',
    ...(request.headers.authorization === undefined ? {} : { authorization: request.headers.authorization }),
    ...(ticket === undefined ? {} : { ticket }),
  });
  if (caller.role !== 'admin' && adminRoutes.some((pattern) => pattern.test(route))) {
    throw new AppError({
      code: 'identity.admin-only',
      kind: 'forbidden',
      message: 'This path needs a key of the role admin.',
    });
  }
  request.caller = caller;
}

/** Taken out of the query, so that no handler and no log line ever sees it. */
function takeTicket(request: FastifyRequest): string | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const query = request.query as Record<string, unknown>;
  const { ticket } = query;
  delete query.ticket;
  return typeof ticket === 'string' ? ticket : undefined;
}
