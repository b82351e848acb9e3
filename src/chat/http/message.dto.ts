import { ApiProperty, ApiPropertyOptional, getSchemaPath, ApiExtraModels } from '@nestjs/swagger';
import type { Problem } from '../../shared/problem.js';
import type { MessageView, StartedAnswer } from '../application/message-view.js';
import { answerModes, type AnswerMode, type MessageRole, type MessageStatus } from '../domain/message.js';

/** What became of a source that an answer rests on. Of a deleted document only the first three fields are left. */
export class CitationDto {
  @ApiProperty({ description: 'The number that its marks show.' })
  index: number;

  @ApiProperty({ type: [Number], description: 'UTF-16 offsets of its marks in the content.' })
  marks: number[];

  @ApiPropertyOptional({
    type: Boolean,
    description: 'True when the document was deleted; absent otherwise.',
  })
  deleted?: true;

  @ApiProperty({ type: String, enum: ['document', 'page'], nullable: true })
  source: 'document' | 'page' | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  passageId: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  documentId: string | null;

  @ApiProperty({ type: Number, nullable: true })
  documentVersion: number | null;

  @ApiProperty({ type: String, nullable: true })
  documentTitle: string | null;

  @ApiProperty({ type: Number, nullable: true })
  page: number | null;

  @ApiProperty({ type: Number, nullable: true })
  charStart: number | null;

  @ApiProperty({ type: Number, nullable: true })
  charEnd: number | null;

  @ApiProperty({ type: String, nullable: true, description: "Verbatim the source's text at those offsets." })
  quote: string | null;
}

export class UsageDto {
  @ApiProperty()
  inputTokens: number;

  @ApiProperty()
  outputTokens: number;

  @ApiProperty({ description: 'What the conversation took in the prompt.' })
  contextTokens: number;

  @ApiProperty({ description: 'What the whole history would have taken.' })
  fullHistoryTokens: number;

  @ApiProperty({ description: 'Marks that the model made and no quote supports.' })
  citationsDropped: number;
}

@ApiExtraModels(UsageDto)
export class MessageDto implements MessageView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  conversationId: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  parentId: string | null;

  @ApiProperty({ enum: ['user', 'assistant'] })
  role: MessageRole;

  @ApiProperty()
  content: string;

  @ApiProperty({ type: String, nullable: true, description: 'Speaker of an imported message.' })
  name: string | null;

  @ApiProperty({ enum: ['queued', 'running', 'completed', 'cancelled', 'failed'] })
  status: MessageStatus;

  @ApiProperty({ enum: answerModes })
  mode: AnswerMode;

  @ApiProperty({ type: [CitationDto] })
  citations: MessageView['citations'];

  @ApiProperty({ type: Object, nullable: true, allOf: [{ $ref: getSchemaPath(UsageDto) }] })
  usage: UsageDto | null;

  @ApiProperty({ type: String, nullable: true })
  model: string | null;

  @ApiProperty({ type: Object, nullable: true, description: 'Problem: why it failed.' })
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

export class MessagesDto {
  @ApiProperty({ type: [MessageDto] })
  data: MessageView[];
}

export class StartedAnswerDto implements StartedAnswer {
  @ApiProperty({ type: MessageDto })
  userMessage: MessageView;

  @ApiProperty({ type: MessageDto })
  assistantMessage: MessageView;

  @ApiProperty({ description: "Absolute path of the answer's event stream." })
  eventsUrl: string;
}
