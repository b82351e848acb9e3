import { Body, Controller, Delete, Get, Headers, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
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
import { ManageCollections } from '../application/manage-collections.service.js';
import {
  CollectionDto,
  CollectionPageDto,
  CreateCollectionBody,
  ListCollectionsQuery,
  PatchCollectionBody,
} from './collection.dto.js';
import { expectedRevision, revisionTag } from './if-match.js';

@ApiTags('Knowledge')
@Controller('api/v1/collections')
export class CollectionsController {
  constructor(private readonly collections: ManageCollections) {}

  @Post()
  @Idempotent({ atomic: true })
  @ApiOperation({ summary: 'Make a collection' })
  @ApiCreatedResponse({ type: CollectionDto, headers: etagHeader })
  @ApiRefusal(409, 'You have a collection of this name already.')
  async create(
    @CurrentCaller() { ownerId }: Caller,
    @Body() { name, description = null }: CreateCollectionBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CollectionDto> {
    const created = await this.collections.create(ownerId, { name, description });
    void reply.headers({
      location: `/api/v1/collections/${created.id}`,
      etag: revisionTag(created.revision),
    });
    return CollectionDto.from(created);
  }

  @Get()
  @ApiOperation({ summary: 'Your collections, newest first' })
  @ApiOkResponse({ type: CollectionPageDto })
  async list(
    @CurrentCaller() { ownerId }: Caller,
    @Query() query: ListCollectionsQuery,
  ): Promise<CollectionPageDto> {
    const { data, nextCursor } = await this.collections.list(ownerId, pageOf(query), query.name);
    return {
      data: data.map((item) => CollectionDto.from(item)),
      nextCursor: nextCursor && encodeCursor(nextCursor),
    };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One collection' })
  @ApiOkResponse({ type: CollectionDto, headers: etagHeader })
  async get(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CollectionDto> {
    const collection = await this.collections.get(ownerId, id);
    void reply.header('etag', revisionTag(collection.revision));
    return CollectionDto.from(collection);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a collection (JSON Merge Patch)' })
  @ApiIfMatch()
  @ApiOkResponse({ type: CollectionDto, headers: etagHeader })
  @ApiRefusal(
    409,
    'You have a collection of this name already, or it is the default one, which keeps its name.',
  )
  async update(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Body() patch: PatchCollectionBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CollectionDto> {
    const collection = await this.collections.update(ownerId, id, patch, expectedRevision(ifMatch));
    void reply.header('etag', revisionTag(collection.revision));
    return CollectionDto.from(collection);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a collection with its documents',
    description: 'From that moment no search returns them.',
  })
  @ApiIfMatch()
  @ApiNoContentResponse()
  @ApiRefusal(409, 'The default collection stays.')
  async delete(
    @CurrentCaller() { ownerId }: Caller,
    @UuidParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.collections.delete(ownerId, id, currentRequestId(), expectedRevision(ifMatch));
  }
}
