import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller } from '../../platform/http/current-caller.js';
import { UuidParam } from '../../platform/http/uuid-param.pipe.js';
import type { Caller } from '../../shared/caller.js';
import { PreviewContext } from '../application/preview-context.service.js';
import { ContextPreviewDto } from './context-preview.dto.js';
import { PreviewContextDto } from './message-requests.dto.js';

@ApiTags('Conversations')
@ApiBearerAuth()
@Controller('api/v1/conversations/:id')
export class ConversationContextController {
  constructor(private readonly previews: PreviewContext) {}

  @Post('context')
  @HttpCode(200)
  @ApiOperation({
    summary: 'What the model would receive for a question, part by part',
    description: 'A dry run: nothing is stored and nothing is generated. The mode is `plain` unless given.',
  })
  @ApiOkResponse({ type: ContextPreviewDto })
  preview(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: PreviewContextDto,
  ): Promise<ContextPreviewDto> {
    return this.previews.preview(caller, id, body);
  }
}
