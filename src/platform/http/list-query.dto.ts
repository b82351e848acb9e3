import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { AppError } from '../../shared/app-error.js';
import { isId } from '../../shared/ids.js';
import type { PageRequest } from '../../shared/page.js';

/** The query of every list. Extend it for lists with filters; hand `pageOf(query)` to the service. */
export class ListQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 20 })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  )
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  @ApiPropertyOptional({ maxLength: 200, description: 'Opaque: `nextCursor` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

/** Opaque to clients; holds the id of the last element that they have seen. */
export const encodeCursor = (lastId: string): string =>
  Buffer.from(JSON.stringify({ after: lastId })).toString('base64url');

/** @throws AppError `request.invalid` when it is not a cursor of ours. */
export function decodeCursor(cursor: string): string {
  const after = afterOf(cursor);
  if (isId(after)) return after;
  throw new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message: 'The cursor is not valid: take it unchanged from `nextCursor` of the page before.',
    errors: [{ path: '/cursor', message: 'is not a cursor of this list' }],
  });
}

function afterOf(cursor: string): unknown {
  try {
    const parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    return typeof parsed === 'object' && parsed !== null && 'after' in parsed ? parsed.after : undefined;
  } catch {
    return undefined;
  }
}

export const pageOf = (query: ListQuery): PageRequest => ({
  limit: query.limit,
  ...(query.cursor === undefined ? {} : { afterId: decodeCursor(query.cursor) }),
});
