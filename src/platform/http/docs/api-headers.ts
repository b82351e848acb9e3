import { ApiHeader } from '@nestjs/swagger';

/** For answers that carry the entity tag that `If-Match` wants. */
export const etagHeader = {
  ETag: { description: 'For `If-Match`.', schema: { type: 'string' }, example: '"3"' },
};

export const ApiIfMatch = (): MethodDecorator =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'Only if the resource still has this `ETag`; else 412.',
    schema: { type: 'string', example: '"3"' },
  });

export const ApiLastEventId = (description: string): MethodDecorator =>
  ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description,
    schema: { type: 'string', pattern: String.raw`^\d+$` },
  });

/** `@Idempotent()` brings it along; for a handler that calls the service itself. */
export const ApiIdempotencyKey = (): MethodDecorator =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A repeat within 24 hours answers with the same resources and starts nothing.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: String.raw`^[\x21-\x7E]+$` },
  });
