import { ApiProperty } from '@nestjs/swagger';
import type { Passage } from '../../knowledge/application/passage.js';
import type { EventFamily } from '../../platform/http/docs/event-stream.js';
import { ProblemDto } from '../../platform/http/docs/problem.dto.js';
import { CitationDto, MessageDto } from './message.dto.js';

export class AnswerStartedDto {
  @ApiProperty({ type: MessageDto, description: 'The answer.' })
  message: MessageDto;

  @ApiProperty({ type: MessageDto })
  userMessage: MessageDto;

  @ApiProperty({ format: 'uri-reference' })
  eventsUrl: string;
}

export class RetrievedPassageDto implements Omit<Passage, 'text' | 'context'> {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uuid' })
  documentId: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  documentVersion: number;

  @ApiProperty()
  documentTitle: string;

  @ApiProperty({ format: 'uuid' })
  collectionId: string;

  @ApiProperty({ type: [String] })
  headings: string[];

  @ApiProperty({ type: 'integer', minimum: 1, nullable: true })
  page: number | null;

  @ApiProperty({ type: 'integer', minimum: 0 })
  charStart: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  charEnd: number;

  @ApiProperty()
  score: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' } })
  scores: Passage['scores'];
}

export class PassagesRetrievedDto {
  @ApiProperty({ type: [RetrievedPassageDto], description: 'Without their texts.' })
  passages: RetrievedPassageDto[];
}

export class AnswerDeltaDto {
  @ApiProperty({ description: 'Belongs after what came before; never half a character.' })
  text: string;
}

export class CitationMadeDto {
  @ApiProperty({ type: CitationDto, description: 'Comes before the delta that carries its mark.' })
  citation: CitationDto;
}

export class AnswerRestartedDto {
  @ApiProperty({ description: 'Deltas and citations before this event are void.', example: 'worker-lost' })
  reason: string;
}

export class AnswerEndedDto {
  @ApiProperty({ type: MessageDto })
  message: MessageDto;
}

export class AnswerFailedDto extends AnswerEndedDto {
  @ApiProperty({ type: ProblemDto })
  error: ProblemDto;
}

export const answerEvents: EventFamily = {
  name: 'AnswerEvent',
  description:
    'The content is the `text` of the deltas after the last `message.restarted`. The last event is one of `message.completed`, `message.cancelled` and `message.failed`.',
  events: {
    'message.started': AnswerStartedDto,
    'message.retrieved': PassagesRetrievedDto,
    'message.delta': AnswerDeltaDto,
    'message.citation': CitationMadeDto,
    'message.restarted': AnswerRestartedDto,
    'message.completed': AnswerEndedDto,
    'message.cancelled': AnswerEndedDto,
    'message.failed': AnswerFailedDto,
  },
};
