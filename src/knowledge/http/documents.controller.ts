import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Patch,
  Post,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiIfMatch, etagHeader } from '../../platform/http/docs/api-headers.js';
import { ApiRefusal } from '../../platform/http/docs/refusals.js';
import { Idempotent } from '../../platform/http/idempotency/idempotent.js';
import { encodeCursor, pageOf } from '../../platform/http/list-query.dto.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import { currentRequestId } from '../../platform/logging/request-context.js';
import type { Caller } from '../../shared/caller.js';
import { ChangeDocuments } from '../application/change-documents.service.js';
import { ReadDocuments } from '../application/read-documents.service.js';
import { RefreshDocument } from '../application/refresh-document.service.js';
import { RetryDocument } from '../application/retry-document.service.js';
import { ChunkDto, ChunkPageDto, ListChunksQuery, VersionQuery } from './chunk.dto.js';
import { DocumentDto, DocumentPageDto, ListDocumentsQuery, PatchDocumentBody } from './document.dto.js';
import { expectedRevision, revisionTag } from './if-match.js';

@ApiTags('Knowledge')
@Controller('api/v1')
export class DocumentsController {
  constructor(
    private readonly reading: ReadDocuments,
    private readonly changing: ChangeDocuments,
    private readonly retrying: RetryDocument,
    private readonly refreshing: RefreshDocument,
  ) {}

  @Get('collections/:id/documents')
  @ApiOperation({ summary: 'The documents of a collection, newest first' })
  @ApiOkResponse({ type: DocumentPageDto })
  async list(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Query() query: ListDocumentsQuery,
  ): Promise<DocumentPageDto> {
    const { data, nextCursor } = await this.reading.list(ownerId, id, pageOf(query), query.status);
    return {
      data: data.map((item) => DocumentDto.from(item)),
      nextCursor: nextCursor && encodeCursor(nextCursor),
    };
  }

  @Get('documents/:id')
  @ApiOperation({ summary: 'One document, with its progress' })
  @ApiOkResponse({ type: DocumentDto, headers: etagHeader })
  async get(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DocumentDto> {
    const document = await this.reading.get(ownerId, id);
    void reply.header('etag', revisionTag(document.revision));
    return DocumentDto.from(document);
  }

  @Patch('documents/:id')
  @ApiOperation({ summary: 'Change title or metadata (JSON Merge Patch)' })
  @ApiIfMatch()
  @ApiOkResponse({ type: DocumentDto, headers: etagHeader })
  async update(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Body() patch: PatchDocumentBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DocumentDto> {
    const document = await this.changing.update(ownerId, id, patch, expectedRevision(ifMatch));
    void reply.header('etag', revisionTag(document.revision));
    return DocumentDto.from(document);
  }

  @Delete('documents/:id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a document',
    description: 'From that moment no search returns it and no new mark cites it.',
  })
  @ApiIfMatch()
  @ApiNoContentResponse()
  async delete(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.changing.delete(ownerId, id, currentRequestId(), expectedRevision(ifMatch));
  }

  @Post('documents/:id/retry')
  @HttpCode(202)
  @Idempotent({ atomic: true })
  @ApiOperation({ summary: 'Read a failed document again' })
  @ApiAcceptedResponse({ type: DocumentDto })
  @ApiRefusal(403, 'Your quota is used up (`quota.exceeded`), or the origin is refused.')
  @ApiRefusal(409, 'The document has not failed.')
  async retry(@CurrentCaller() { ownerId }: Caller, @UuidParam('id') id: string): Promise<DocumentDto> {
    return DocumentDto.from(await this.retrying.execute(ownerId, id, currentRequestId()));
  }

  @Post('documents/:id/refresh')
  @HttpCode(202)
  @Idempotent()
  @ApiOperation({
    summary: 'Fetch a document that comes from a URL again',
    description:
      'The worker looks; the answer waits some seconds for what it finds. While it looks, the document has a next version, which goes again when nothing has changed. Searches answer from the old one until a new one is ready.',
  })
  @ApiAcceptedResponse({
    type: DocumentDto,
    description: 'It has changed and is being read; or the worker is still looking; or looking has failed.',
  })
  @ApiOkResponse({ type: DocumentDto, description: 'It has not changed.' })
  @ApiRefusal(403, 'Your quota is used up (`quota.exceeded`), or the origin is refused.')
  @ApiRefusal(409, 'The document does not come from a URL.')
  async refresh(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DocumentDto> {
    const { document, unchanged } = await this.refreshing.refresh(ownerId, id, currentRequestId());
    if (unchanged) void reply.code(200);
    return DocumentDto.from(document);
  }

  @Get('documents/:id/chunks')
  @ApiOperation({ summary: 'The chunks of a version, in the order of the text' })
  @ApiOkResponse({ type: ChunkPageDto })
  async listChunks(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Query() query: ListChunksQuery,
  ): Promise<ChunkPageDto> {
    const { data, nextCursor } = await this.reading.listChunks(ownerId, id, pageOf(query), query.version);
    return {
      data: data.map((item) => ChunkDto.from(item)),
      nextCursor: nextCursor && encodeCursor(nextCursor),
    };
  }

  @Get('documents/:id/text')
  @ApiOperation({ summary: 'The extracted text of a version, into which all offsets point' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'The extracted text.', schema: { type: 'string' } })
  async text(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Query() { version }: VersionQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const text = await this.reading.openText(ownerId, id, version);
    void reply.headers({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-cache' });
    return new StreamableFile(text);
  }
}
