import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { ledgerKinds, type LedgerKind } from '../domain/ledger.js';
import { ProblemDto } from '../../platform/http/docs/problem.dto.js';
import type { Memory } from '../application/memory.js';
import type { SummaryStatus } from '../application/summary-work.repository.js';
import type { Problem } from '../../shared/problem.js';

export class MemoryQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'The path to this message; default: the active one.' })
  @IsOptional()
  @IsUUID()
  leafId?: string;
}

export class LedgerEntryDto {
  @ApiProperty({ enum: ledgerKinds })
  kind: LedgerKind;

  @ApiProperty()
  text: string;

  @ApiProperty({ format: 'uuid' })
  messageId: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The message that made it void.',
  })
  supersededBy: string | null;
}

export class MemoryTokensDto {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'All turns of the path.' })
  full: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'The summary and the turns that it does not cover.',
  })
  context: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100 })
  savedPercent: number;
}

export class MemoryDto {
  @ApiProperty({ enum: ['idle', 'queued', 'running', 'failed'] })
  status: SummaryStatus;

  @ApiProperty({ type: ProblemDto, nullable: true, description: 'Why the last attempt failed.' })
  error: Problem | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null without messages.' })
  leafId: string | null;

  @ApiProperty({ type: String, nullable: true })
  summary: string | null;

  @ApiProperty({ type: [LedgerEntryDto] })
  ledger: LedgerEntryDto[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  coversUpToMessageId: string | null;

  @ApiProperty({ type: [String], format: 'uuid' })
  coveredMessageIds: string[];

  @ApiProperty({ type: MemoryTokensDto })
  tokens: MemoryTokensDto;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  updatedAt: string | null;
}

export const toMemoryDto = (memory: Memory): MemoryDto => ({
  ...memory,
  updatedAt: memory.updatedAt?.toISOString() ?? null,
});
