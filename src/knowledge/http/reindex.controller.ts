import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { Idempotent } from '../../platform/http/idempotency/idempotent.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import type { Caller } from '../../shared/caller.js';
import { ReindexCollection } from '../application/reindex-collection.service.js';
import { ReindexDto } from './reindex.dto.js';

@ApiTags('Knowledge')
@Controller('api/v1/collections/:id/reindex')
export class ReindexController {
  constructor(private readonly reindexing: ReindexCollection) {}

  @Post()
  @HttpCode(202)
  @Idempotent({ atomic: true })
  @ApiOperation({
    summary: 'Read every document of a collection anew',
    description:
      'Text, chunks and vectors as they are made today, in a new version of the same bytes. Searches answer from the old one until each is ready, and for good if it fails. While it runs, asking again changes nothing.',
  })
  @ApiAcceptedResponse({ type: ReindexDto })
  async start(@CurrentCaller() { ownerId }: Caller, @UuidParam('id') id: string): Promise<ReindexDto> {
    return ReindexDto.from(await this.reindexing.start(ownerId, id));
  }

  @Get()
  @ApiOperation({ summary: 'How far that is' })
  @ApiOkResponse({ type: ReindexDto })
  async get(@CurrentCaller() { ownerId }: Caller, @UuidParam('id') id: string): Promise<ReindexDto> {
    return ReindexDto.from(await this.reindexing.get(ownerId, id));
  }
}
