import { ApiProperty } from '@nestjs/swagger';
import { ProblemDto } from '../../platform/http/docs/problem.dto.js';
import { toProblem } from '../../shared/problem.js';
import type { ReindexState } from '../application/reindex-collection.service.js';
import { reindexStatuses, type ReindexStatus } from '../domain/reindex.js';

export class ReindexDto {
  @ApiProperty({
    enum: reindexStatuses,
    description: '`idle`: never asked for. `failed`: through, and some documents kept their old index.',
  })
  status: ReindexStatus;

  @ApiProperty({ example: 'hashed-v1', description: 'The embedding model that it leads to.' })
  model: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Documents that it is through with.' })
  done: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  total: number;

  @ApiProperty({ type: ProblemDto, nullable: true })
  error: ProblemDto | null;

  static from({ error, ...state }: ReindexState): ReindexDto {
    return { ...state, error: error && toProblem(error, null) };
  }
}
