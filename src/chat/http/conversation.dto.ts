import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
} from 'class-validator';
import type { Conversation } from '../domain/conversation.js';

const titleLength = 300;
const systemPromptLength = 16_000;
const maxCollections = 100;

export class CreateConversationDto {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: titleLength, example: 'Leave' })
  @IsOptional()
  @IsString()
  @MaxLength(titleLength)
  title?: string | null;

  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    nullable: true,
    minItems: 1,
    maxItems: maxCollections,
    description: 'Where answers look; left out or null: all of your collections.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(maxCollections)
  @ArrayUnique()
  @IsUUID('all', { each: true })
  collectionIds?: string[] | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: systemPromptLength })
  @IsOptional()
  @IsString()
  @MaxLength(systemPromptLength)
  systemPrompt?: string | null;
}

/** JSON Merge Patch: what is left out stays, null removes. */
export class UpdateConversationDto extends CreateConversationDto {
  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The leaf of the path to show and continue; null: the next message starts a new tree.',
  })
  @IsOptional()
  @IsUUID()
  activeMessageId?: string | null;
}

export class ConversationDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true })
  title: string | null;

  @ApiProperty({
    type: [String],
    format: 'uuid',
    nullable: true,
    description: 'Null: all of your collections.',
  })
  collectionIds: string[] | null;

  @ApiProperty({ type: String, nullable: true })
  systemPrompt: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  activeMessageId: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

export class ConversationPageDto {
  @ApiProperty({ type: [ConversationDto] })
  data: ConversationDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export const toConversationDto = (conversation: Conversation): ConversationDto => ({
  id: conversation.id,
  title: conversation.title,
  collectionIds: conversation.collectionIds,
  systemPrompt: conversation.systemPrompt,
  activeMessageId: conversation.activeMessageId,
  createdAt: conversation.createdAt.toISOString(),
  updatedAt: conversation.updatedAt.toISOString(),
});
