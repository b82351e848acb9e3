import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, MaxLength, MinLength, ValidateIf } from 'class-validator';
import { ListQuery } from '../../platform/http/list-query.dto.js';
import type { CollectionSummary } from '../domain/collection.js';
import { IsLabel, label } from './label.js';

export class CreateCollectionBody {
  @ApiProperty({
    minLength: 1,
    maxLength: 200,
    description: 'Unique among your collections.',
    example: 'Handbooks',
  })
  @Transform(label)
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @IsLabel()
  name: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2_000 })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;
}

/** JSON Merge Patch: absent stays, null clears. */
export class PatchCollectionBody {
  @ApiPropertyOptional({ minLength: 1, maxLength: 200 })
  @ValidateIf(({ name }: PatchCollectionBody) => name !== undefined)
  @Transform(label)
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @IsLabel()
  name?: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2_000 })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;
}

export class ListCollectionsQuery extends ListQuery {
  @ApiPropertyOptional({ maxLength: 200, description: 'Only the collection of exactly this name.' })
  @IsOptional()
  @Transform(label)
  @IsString()
  @MaxLength(200)
  name?: string;
}

export class CollectionDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ type: 'integer', minimum: 0 })
  documentCount: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Bytes of the newest versions of its documents.' })
  sizeBytes: number;

  @ApiProperty({ example: 'hashed-v1' })
  embeddingModel: string;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt: string;

  static from(collection: CollectionSummary): CollectionDto {
    const { id, name, description, documentCount, sizeBytes, embeddingModel } = collection;
    return {
      id,
      name,
      description,
      documentCount,
      sizeBytes,
      embeddingModel,
      createdAt: collection.createdAt.toISOString(),
      updatedAt: collection.updatedAt.toISOString(),
    };
  }
}

export class CollectionPageDto {
  @ApiProperty({ type: [CollectionDto] })
  data: CollectionDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
