import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../shared/caller.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard before any handler runs. */
    caller?: Caller;
  }
}

/** The authenticated caller of this request. A handler that runs without one is a wiring defect. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('No caller on the request: the authentication guard did not run.');
  return caller;
});
