import { ApiProperty } from '@nestjs/swagger';
import type { ContextPreview } from '../application/preview-context.service.js';

const sources = ['system', 'summary', 'recalled', 'recent', 'passages', 'question'] as const;

export class ContextPartDto {
  @ApiProperty({ enum: ['system', 'user', 'assistant'] })
  role: 'system' | 'user' | 'assistant';

  @ApiProperty()
  content: string;

  @ApiProperty({ type: 'integer', minimum: 0 })
  tokens: number;

  @ApiProperty({ enum: sources })
  source: (typeof sources)[number];

  @ApiProperty({
    type: [String],
    format: 'uuid',
    description: 'The stored messages whose full text stands here.',
  })
  messageIds: string[];
}

export class ContextDto implements ContextPreview {
  @ApiProperty({ type: [ContextPartDto] })
  messages: ContextPartDto[];

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Of the parts together; never more than the budget.',
  })
  totalTokens: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'What it would be with every turn in full.' })
  fullHistoryTokens: number;
}
