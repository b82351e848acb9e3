import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from '../../platform/http/docs/problem.dto.js';
import type { Problem } from '../../shared/problem.js';
import { DocumentDto } from './document.dto.js';

export class AddedDocumentDto extends DocumentDto {
  @ApiProperty({ description: 'The same bytes were there already; nothing was stored again.' })
  duplicate: boolean;
}

export class RefusedFileDto {
  @ApiProperty({ type: 'null' })
  id: null;

  @ApiProperty()
  filename: string;

  @ApiProperty({ type: ProblemDto })
  error: Problem;
}

@ApiExtraModels(AddedDocumentDto, RefusedFileDto)
export class UploadResultDto {
  @ApiProperty({
    description: 'One element for each part, in order.',
    type: 'array',
    items: { oneOf: [{ $ref: getSchemaPath(AddedDocumentDto) }, { $ref: getSchemaPath(RefusedFileDto) }] },
  })
  data: (AddedDocumentDto | RefusedFileDto)[];
}
