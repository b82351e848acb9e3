import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { ApiRefusal } from '../../platform/http/docs/refusals.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import type { Caller } from '../../shared/caller.js';
import { PreviewContext } from '../application/preview-context.service.js';
import { ContextDto } from './context.dto.js';
import { PreviewContextDto } from './message-requests.dto.js';

@ApiTags('Messages')
@Controller('api/v1/conversations/:id/context')
export class ContextController {
  constructor(private readonly preview: PreviewContext) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'What the model would receive for a question, part by part',
    description: 'A dry run: nothing is stored and nothing is generated.',
  })
  @ApiOkResponse({ type: ContextDto })
  @ApiRefusal(413, 'The content or the page is larger than allowed.')
  @ApiRefusal(422, 'No text could be made of the page.')
  show(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') conversationId: string,
    @Body() { content, mode, page, filter, parentId, budgetTokens }: PreviewContextDto,
  ): Promise<ContextDto> {
    const question = { content, mode, page, filter, parentId, budgetTokens };
    return this.preview.preview(caller, conversationId, question);
  }
}
