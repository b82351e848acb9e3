import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ProblemDto } from '../../platform/http/docs/problem.dto.js';
import type { Problem } from '../../shared/problem.js';
import type { MessageView, StartedAnswer } from '../application/message-view.js';
import { answerModes, type AnswerMode, type MessageRole, type MessageStatus } from '../domain/message.js';

/** What became of a source that an answer rests on. Of a deleted document only the first three fields are left. */
export class CitationDto {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The number that its marks show.' })
  index: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'integer', minimum: 0 },
    description: 'UTF-16 offsets of its marks in the content.',
  })
  marks: number[];

  @ApiPropertyOptional({
    type: Boolean,
    enum: [true],
    description: 'The document was deleted: the rest is null.',
  })
  deleted?: true;

  @ApiProperty({ type: String, enum: ['document', 'page'], nullable: true })
  source: 'document' | 'page' | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  passageId: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  documentId: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, nullable: true })
  documentVersion: number | null;

  @ApiProperty({ type: String, nullable: true })
  documentTitle: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, nullable: true, description: 'Where the format has pages.' })
  page: number | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description: "UTF-16 offset in the source's text.",
  })
  charStart: number | null;

  @ApiProperty({ type: 'integer', minimum: 0, nullable: true, description: 'Exclusive.' })
  charEnd: number | null;

  @ApiProperty({ type: String, nullable: true, description: "Verbatim the source's text at those offsets." })
  quote: string | null;
}

export class UsageDto {
  @ApiProperty({ type: 'integer', minimum: 0 })
  inputTokens: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  outputTokens: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'What the conversation took in the prompt.' })
  contextTokens: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'What the whole history would have taken.' })
  fullHistoryTokens: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Marks that the model made and no quote supports.',
  })
  citationsDropped: number;
}

export class MessageDto implements MessageView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  conversationId: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  parentId: string | null;

  @ApiProperty({ enum: ['user', 'assistant'] })
  role: MessageRole;

  @ApiProperty({ description: 'Markdown. Marks like `[1]` belong to the citations.' })
  content: string;

  @ApiProperty({ enum: ['queued', 'running', 'completed', 'cancelled', 'failed'] })
  status: MessageStatus;

  @ApiProperty({ enum: answerModes })
  mode: AnswerMode;

  @ApiProperty({ type: [CitationDto] })
  citations: MessageView['citations'];

  @ApiProperty({ type: UsageDto, nullable: true, description: 'Of an answer that has ended.' })
  usage: UsageDto | null;

  @ApiProperty({ type: String, nullable: true, description: 'That made the answer.' })
  model: string | null;

  @ApiProperty({ type: ProblemDto, nullable: true, description: 'Why it failed.' })
  error: Problem | null;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completedAt: string | null;
}

export class MessagePageDto {
  @ApiProperty({ type: [MessageDto] })
  data: MessageView[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class ImportResultDto {
  @ApiProperty({ type: [MessageDto] })
  data: MessageView[];
}

export class StartedAnswerDto implements StartedAnswer {
  @ApiProperty({ type: MessageDto })
  userMessage: MessageView;

  @ApiProperty({ type: MessageDto })
  assistantMessage: MessageView;

  @ApiProperty({
    format: 'uri-reference',
    description: "Absolute path of the answer's event stream.",
    example: '/api/v1/messages/019a0000-0000-7000-8000-000000000002/events',
  })
  eventsUrl: string;
}

export class AnswerTraceDto {
  @ApiProperty({ format: 'uuid' })
  messageId: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Null for a question, and until the answer has ended. Its fields may change.',
  })
  trace: Record<string, unknown> | null;
}
