import { Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { Idempotent } from '../../platform/http/idempotency/idempotent.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import { currentRequestId } from '../../platform/logging/request-context.js';
import type { Caller } from '../../shared/caller.js';
import { ForgetMemoryService } from '../application/forget-memory.service.js';
import { ReadMemoryService } from '../application/read-memory.service.js';
import { RequestSummaryService } from '../application/request-summary.service.js';
import { MemoryDto, MemoryQuery, toMemoryDto } from './memory.dto.js';

@ApiTags('Memory')
@Controller('api/v1/conversations/:id/memory')
export class MemoryController {
  constructor(
    private readonly memory: ReadMemoryService,
    private readonly requests: RequestSummaryService,
    private readonly forgetting: ForgetMemoryService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What the conversation remembers along a path, and what that saves' })
  @ApiOkResponse({ type: MemoryDto })
  async read(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Query() query: MemoryQuery,
  ): Promise<MemoryDto> {
    return toMemoryDto(await this.memory.read(caller.ownerId, id, query.leafId ?? null));
  }

  @Post()
  @HttpCode(202)
  @Idempotent({ atomic: true })
  @ApiOperation({ summary: 'Summarise now' })
  @ApiAcceptedResponse({ type: MemoryDto })
  async summarise(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Query() query: MemoryQuery,
  ): Promise<MemoryDto> {
    const leafId = query.leafId ?? null;
    return toMemoryDto(await this.requests.request(caller.ownerId, id, leafId, currentRequestId()));
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget everything derived; the turns until now stay out until the next POST' })
  @ApiNoContentResponse()
  async forget(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<void> {
    await this.forgetting.forgetUntilNow(caller.ownerId, id);
  }
}
