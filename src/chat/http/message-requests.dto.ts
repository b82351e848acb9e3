import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { component } from '../../platform/http/docs/schema-components.js';
import { ListQuery } from '../../platform/http/list-query.dto.js';
import { filterSchema } from '../../knowledge/application/filter-schema.js';
import { answerModes, type AnswerMode, type MessageRole } from '../domain/message.js';
import { MayBeAbsent } from './optional.js';

export class PageSourceDto {
  @ApiPropertyOptional({ maxLength: 8_192, description: 'A label; never fetched.' })
  @MayBeAbsent()
  @IsString()
  @MaxLength(8_192)
  url?: string;

  @ApiPropertyOptional({ maxLength: 1_000 })
  @MayBeAbsent()
  @IsString()
  @MaxLength(1_000)
  title?: string;

  @ApiPropertyOptional({ description: 'Either this or `text`. Reduced to text before it is stored.' })
  @MayBeAbsent()
  @IsString()
  html?: string;

  @ApiPropertyOptional({ description: 'Either this or `html`.' })
  @MayBeAbsent()
  @IsString()
  text?: string;
}

/** What a question consists of, to be answered or only to be looked at. */
export class QuestionDto {
  @ApiProperty({
    description: 'Not blank; at most 32 KiB of UTF-8 unless set otherwise.',
    example: 'How many days of leave are there?',
  })
  @IsString()
  content: string;

  @ApiPropertyOptional({
    enum: answerModes,
    description:
      '`knowledge` retrieves, `page` answers from the given page, `plain` uses neither. Default: `knowledge`; of a dry run: `plain`.',
  })
  @MayBeAbsent()
  @IsIn(answerModes)
  mode?: AnswerMode;

  @ApiPropertyOptional({
    type: PageSourceDto,
    description: 'Required in the mode `page`, refused in the others.',
  })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => PageSourceDto)
  page?: PageSourceDto;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The message before; default: the active one; null: a new root.',
  })
  @IsOptional()
  @IsUUID()
  parentId?: string | null;

  @ApiPropertyOptional(component('Filter', filterSchema))
  @MayBeAbsent()
  @IsObject()
  filter?: Record<string, unknown>;
}

export class PostMessageDto extends QuestionDto {}

export class PreviewContextDto extends QuestionDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    description: 'Default: the setting.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  budgetTokens?: number;
}

export class ImportedMessageDto {
  @ApiProperty({ enum: ['user', 'assistant'] })
  @IsIn(['user', 'assistant'])
  role: MessageRole;

  @ApiProperty()
  @IsString()
  content: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 200,
    description: 'Of the speaker; summaries use it.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string | null;

  @ApiPropertyOptional({ format: 'date-time' })
  @MayBeAbsent()
  @IsISO8601({ strict: true, strictSeparator: true })
  // The database knows no other years in this notation.
  @Matches(/^(?!0000)\d{4}-\d\d-\d\dT/, {
    message: 'createdAt must be a date and a time of the years 1 to 9999',
  })
  createdAt?: string;
}

export class ImportHistoryDto {
  @ApiProperty({ type: [ImportedMessageDto], minItems: 1, maxItems: 1_000 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  // Nested validation alone looks into a list within the list instead of refusing it.
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ImportedMessageDto)
  messages: ImportedMessageDto[];
}

export class ListMessagesQuery extends ListQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'The path to this message; default: the active one.' })
  @MayBeAbsent()
  @IsUUID()
  leafId?: string;

  @ApiPropertyOptional({
    description: 'The whole tree, in the order of creation. Not together with `leafId`.',
  })
  @MayBeAbsent()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  all?: boolean;
}

export class EventsQuery {
  @ApiPropertyOptional({
    pattern: '^\\d+$',
    description: 'Continue right after this event. `Last-Event-ID` beats it.',
  })
  @MayBeAbsent()
  @IsString()
  after?: string;
}
