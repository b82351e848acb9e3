import { ApiProperty } from '@nestjs/swagger';
import type { ContextPart, ContextSource } from '../domain/context-policy.js';

const sources: ContextSource[] = ['system', 'summary', 'recalled', 'recent', 'passages', 'question'];

export class ContextPartDto implements ContextPart {
  @ApiProperty({ enum: ['system', 'user', 'assistant'] })
  role: ContextPart['role'];

  @ApiProperty()
  content: string;

  @ApiProperty()
  tokens: number;

  @ApiProperty({ enum: sources })
  source: ContextSource;

  @ApiProperty({ type: [String], description: 'The stored messages whose full text stands in this part.' })
  messageIds: string[];
}

export class ContextPreviewDto {
  @ApiProperty({ type: [ContextPartDto] })
  messages: ContextPartDto[];

  @ApiProperty({ description: 'Of the parts together; never more than the budget.' })
  totalTokens: number;

  @ApiProperty({ description: 'What it would be with every turn of the path in full.' })
  fullHistoryTokens: number;
}
