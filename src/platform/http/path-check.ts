import { HttpException, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { toHttpError } from './errors/problem-error.js';

type Fastify = ReturnType<ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance']>;

/**
 * Whether a caller can read a path of this API: asks the path itself, so that whose what is stays with the handlers
 * that know it.
 */
@Injectable()
export class PathCheck {
  constructor(private readonly host: HttpAdapterHost) {}

  /** @throws AppError with the refusal that a GET of `url` with the credentials of `request` would meet. */
  async assertReadable(request: FastifyRequest, url: string): Promise<void> {
    const fastify = this.host.httpAdapter.getInstance<Fastify>();
    const { host, authorization } = request.headers;
    const { statusCode } = await fastify.inject({
      method: 'HEAD',
      url,
      headers: {
        'x-request-id': request.id,
        // Where the bytes are there, 304 says so without reading them.
        'if-none-match': '*',
        ...(host === undefined ? {} : { host }),
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
    if (statusCode >= 400) throw toHttpError(new HttpException('', statusCode === 405 ? 404 : statusCode));
  }
}
