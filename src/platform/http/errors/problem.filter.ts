import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../shared/app-error.js';
import type { Logger } from '../../logging/logger.port.js';
import type { RouteTable } from '../route-table.js';
import { toHttpError } from './problem-error.js';
import { sendProblem } from './send-problem.js';

/** The one place where anything thrown, by us, Nest or fastify, becomes `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly routes: RouteTable,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = this.judge(thrown, request, reply);
    this.note(error, thrown, request);
    if (reply.sent || reply.raw.headersSent) {
      // Too late for a status: a cut connection is the only honest sign that the answer is not whole.
      reply.raw.destroy();
      return;
    }
    sendProblem(reply, error);
  }

  /** A path or method that does not exist stays that, whatever else is wrong with the request. */
  private judge(thrown: unknown, request: FastifyRequest, reply: FastifyReply): AppError {
    const error = toHttpError(thrown);
    if (!request.is404 || error.kind === 'misdirected') return error;
    if (error.kind === 'unauthenticated' || error.kind === 'forbidden') return error;
    const allowed = this.routes.allowedMethods(request.url);
    if (allowed.length === 0) {
      return new AppError({
        code: 'request.not-found',
        kind: 'not-found',
        message: 'There is nothing at this path.',
      });
    }
    void reply.header('allow', allowed.join(', '));
    return new AppError({
      code: 'request.method-not-allowed',
      kind: 'method-not-allowed',
      message: `This path takes ${allowed.join(', ')}.`,
    });
  }

  private note(error: AppError, thrown: unknown, request: FastifyRequest): void {
    const fields = { code: error.code, method: request.method, route: request.routeOptions.url };
    if (error.kind === 'internal') this.logger.error('request.failed', { ...fields, error: thrown });
    else if (error.kind === 'unavailable') this.logger.warn('request.refused', { ...fields, error: thrown });
  }
}
