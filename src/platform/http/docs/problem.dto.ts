import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { FieldError } from '../../../shared/app-error.js';
import type { Problem } from '../../../shared/problem.js';

export class FieldErrorDto implements FieldError {
  @ApiProperty({
    format: 'json-pointer',
    description: 'Into the body, or into the parameters by name.',
    example: '/name',
  })
  path: string;

  @ApiProperty()
  message: string;
}

/** RFC 9457, in answers, in `error` fields and in events alike. */
export class ProblemDto implements Problem {
  @ApiProperty({ format: 'uri', example: 'urn:protostar:problem:knowledge.document-not-found' })
  type: string;

  @ApiProperty({ example: 'Not found' })
  title: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599, example: 404 })
  status: number;

  @ApiProperty({ description: 'For people: what is wrong and what would fix it.' })
  detail: string;

  @ApiProperty({ description: 'For programs: stable and dotted.', example: 'knowledge.document-not-found' })
  code: string;

  @ApiProperty({ type: String, nullable: true, description: 'Leads to the details in the log.' })
  requestId: string | null;

  @ApiPropertyOptional({ type: [FieldErrorDto], description: 'Each fault of what was sent.' })
  errors?: FieldErrorDto[];
}
