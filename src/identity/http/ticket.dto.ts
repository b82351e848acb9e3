import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';

export class CreateTicketBody {
  @ApiProperty({
    description: 'Absolute path of the later GET, e.g. `/api/v1/messages/{id}/events`.',
    minLength: 1,
    maxLength: 2000,
    example: '/api/v1/messages/019a0000-0000-7000-8000-000000000002/events',
  })
  @IsString()
  @MinLength(1)
  @MaxLength(2000)
  path: string;
}

export class TicketView {
  @ApiProperty({
    format: 'uri-reference',
    description: 'The path with the ticket in its query. GET only; reusable until it expires.',
  })
  url: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt: string;
}
