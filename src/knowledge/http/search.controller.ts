import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiRefusal } from '../../platform/http/docs/refusals.js';
import type { Caller } from '../../shared/caller.js';
import { SearchPassages } from '../application/search-passages.port.js';
import { PassageDto, SearchRequestDto, SearchResultDto } from './search.dto.js';

@ApiTags('Knowledge')
@Controller('api/v1/search')
export class SearchController {
  constructor(private readonly passages: SearchPassages) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Find passages by words and by meaning' })
  @ApiOkResponse({ type: SearchResultDto })
  @ApiRefusal(404, 'One of the collections is not there.')
  async search(@CurrentCaller() caller: Caller, @Body() body: SearchRequestDto): Promise<SearchResultDto> {
    const { query, collectionIds, limit = 10, filter, trace } = body;
    const result = await this.passages.search(caller, { query, collectionIds, limit, filter, trace });
    const data = result.passages.map((passage) => PassageDto.from(passage));
    return result.trace ? { data, trace: result.trace } : { data };
  }
}
