import { Readable } from 'node:stream';
import { Controller, Get, Headers, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiRefusal } from '../../platform/http/docs/refusals.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import { AppError } from '../../shared/app-error.js';
import type { Caller } from '../../shared/caller.js';
import { toProblem } from '../../shared/problem.js';
import { ReadDocuments } from '../application/read-documents.service.js';
import type { StoredVersion } from '../domain/document.js';
import { parseByteRange } from './byte-range.js';
import { VersionQuery } from './chunk.dto.js';
import { attachment } from './content-disposition.js';

/** Original bytes are hostile: always a download, never sniffed, and powerless should a browser show them. */
const contentHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'private, no-cache',
  'accept-ranges': 'bytes',
};

const bytes = { type: 'string', format: 'binary' };
const describedHeaders = {
  ETag: { description: 'For `If-None-Match` and `If-Range`.', schema: { type: 'string' } },
  'Content-Disposition': {
    description: '`attachment` with the filename (RFC 8187).',
    schema: { type: 'string' },
  },
  'Accept-Ranges': { schema: { type: 'string', enum: ['bytes'] } },
};

@ApiTags('Knowledge')
@Controller('api/v1/documents')
export class DocumentContentController {
  constructor(private readonly reading: ReadDocuments) {}

  @Get(':id/content')
  @ApiProduces('*/*')
  @ApiOperation({
    summary: 'The original bytes, as a download',
    description: 'Of a document that is not searchable yet: those of its newest version.',
  })
  @ApiHeader({ name: 'Range', required: false, schema: { type: 'string', example: 'bytes=0-1023' } })
  @ApiHeader({ name: 'If-Range', required: false, schema: { type: 'string' } })
  @ApiHeader({ name: 'If-None-Match', required: false, schema: { type: 'string' } })
  @ApiResponse({ status: 200, description: 'All of them.', schema: bytes, headers: describedHeaders })
  @ApiResponse({
    status: 206,
    description: 'The range.',
    schema: bytes,
    headers: { ...describedHeaders, 'Content-Range': { schema: { type: 'string' } } },
  })
  @ApiResponse({
    status: 307,
    description:
      'With S3_PRESIGN=true, instead of 200, 206 and 416: `Location` links into the object store, works for a ' +
      'minute and needs no credentials. The store answers `Range` too, and conditions by an `ETag` of its own.',
    headers: {
      Location: { description: 'Absolute address.', schema: { type: 'string', format: 'uri' } },
      'Cache-Control': { schema: { type: 'string', enum: ['no-store'] } },
    },
  })
  @ApiResponse({ status: 304, description: 'You have them: `If-None-Match` holds.' })
  @ApiRefusal(416, 'The range lies outside of the content.')
  async content(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Query() { version: wanted }: VersionQuery,
    @Headers() headers: Record<string, string | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | object | undefined> {
    const version = await this.reading.getContentVersion(ownerId, id, wanted);
    const etag = `"${version.sha256}"`;
    if (matches(headers['if-none-match'], etag)) {
      void reply.code(304).headers({ ...contentHeaders, etag });
      return undefined;
    }
    const url = await this.reading.contentUrl(version, {
      method: isHead(reply) ? 'HEAD' : 'GET',
      contentType: version.mimeType,
      contentDisposition: attachment(version.filename),
    });
    if (url !== null) {
      // For a minute the link opens the file to whoever has it: no cache may keep it.
      void reply.code(307).headers({ location: url, 'cache-control': 'no-store' });
      return undefined;
    }
    void reply.headers({ ...contentHeaders, etag });
    return this.stream(version, parseByteRange(rangeIfCurrent(headers, etag), version.sizeBytes), reply);
  }

  private async stream(
    version: StoredVersion,
    range: ReturnType<typeof parseByteRange>,
    reply: FastifyReply,
  ): Promise<StreamableFile | object> {
    const { sizeBytes, mimeType, filename } = version;
    if (range === 'unsatisfiable') return refuseRange(reply, sizeBytes);
    if (range) {
      void reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${sizeBytes}`);
    }
    void reply.headers({
      'content-type': mimeType,
      'content-disposition': attachment(filename),
      'content-length': range ? range.end - range.start + 1 : sizeBytes,
    });
    // The bytes of an answer to HEAD would be read and thrown away.
    if (isHead(reply)) return new StreamableFile(Readable.from([]));
    return new StreamableFile(await this.reading.openContent(version, range ?? undefined));
  }
}

const isHead = (reply: FastifyReply): boolean => reply.request.method === 'HEAD';

/** `If-Range` with anything but the current entity tag asks for the whole. */
const rangeIfCurrent = (headers: Record<string, string | undefined>, etag: string): string | undefined =>
  headers['if-range'] === undefined || headers['if-range'].trim() === etag ? headers['range'] : undefined;

const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim())) ?? false;

function refuseRange(reply: FastifyReply, sizeBytes: number): object {
  const error = new AppError({
    code: 'request.range-not-satisfiable',
    kind: 'invalid',
    message: `The content has ${sizeBytes} bytes; none of the range lies within.`,
  });
  void reply.code(416).headers({
    'content-range': `bytes */${sizeBytes}`,
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
  });
  return { ...toProblem(error, reply.request.id), status: 416, title: 'Range not satisfiable' };
}
