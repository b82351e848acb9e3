import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { ListQuery } from '../../platform/http/list-query.dto.js';
import type { StoredChunk } from '../application/chunk-index.port.js';

const asNumber = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;

export class VersionQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'Default: the version that searches answer from.',
  })
  @IsOptional()
  @Transform(asNumber)
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  version?: number;
}

export class ListChunksQuery extends ListQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'Default: the version that searches answer from.',
  })
  @IsOptional()
  @Transform(asNumber)
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  version?: number;
}

export class ChunkDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  documentId: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  documentVersion: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: '0-based position in the document.' })
  ordinal: number;

  @ApiProperty()
  text: string;

  @ApiProperty({ type: [String] })
  headings: string[];

  @ApiProperty({ type: 'integer', minimum: 1, nullable: true, description: 'Where the format has pages.' })
  page: number | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: "UTF-16 offset into the version's text." })
  charStart: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Exclusive.' })
  charEnd: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  tokenCount: number;

  static from(chunk: StoredChunk): ChunkDto {
    const { id, documentId, version, ordinal, text, headings, page, charStart, charEnd, tokenCount } = chunk;
    return {
      id,
      documentId,
      documentVersion: version,
      ordinal,
      text,
      headings,
      page,
      charStart,
      charEnd,
      tokenCount,
    };
  }
}

export class ChunkPageDto {
  @ApiProperty({ type: [ChunkDto] })
  data: ChunkDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
