import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import {
  deliveryErrors,
  deliveryStatuses,
  eventTypes,
  type DeliveryError,
  type DeliveryStatus,
  type EventType,
  type Webhook,
  type WebhookDelivery,
} from '../domain/webhook.js';

export class CreateWebhookBody {
  @ApiProperty({
    minLength: 1,
    maxLength: 2_048,
    description: 'A public http or https address on port 80 or 443. Redirects are not followed.',
    example: 'https://example.org/hooks/protostar',
  })
  @IsString()
  @MinLength(1)
  @MaxLength(2_048)
  url: string;

  @ApiProperty({
    enum: eventTypes,
    isArray: true,
    minItems: 1,
    example: ['document.ready', 'document.failed'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(eventTypes.length)
  @IsIn(eventTypes, { each: true })
  events: EventType[];
}

export class WebhookDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'uri' })
  url: string;

  @ApiProperty({ enum: eventTypes, isArray: true })
  events: EventType[];

  @ApiProperty({
    enum: ['active', 'disabled'],
    description: '`disabled`: the receiver answered 410, so nothing is sent to it any more.',
  })
  status: Webhook['status'];

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  static from({ id, url, events, status, createdAt }: Webhook): WebhookDto {
    return { id, url, events, status, createdAt: createdAt.toISOString() };
  }
}

export class CreatedWebhookDto extends WebhookDto {
  @ApiProperty({
    description: 'The key of the signatures: base64 after `whsec_`. Shown this once; keep it.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  })
  secret: string;

  static with(secret: string, webhook: Webhook): CreatedWebhookDto {
    return Object.assign(WebhookDto.from(webhook), { secret });
  }
}

export class WebhookPageDto {
  @ApiProperty({ type: [WebhookDto] })
  data: WebhookDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}

export class WebhookDeliveryDto {
  @ApiProperty({ format: 'uuid', description: 'The `webhook-id` of each attempt.' })
  id: string;

  @ApiProperty({ enum: eventTypes })
  event: EventType;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The body that is sent: `type`, `timestamp`, and `data` with ids and a status.',
  })
  payload: Record<string, unknown>;

  @ApiProperty({ enum: deliveryStatuses })
  status: DeliveryStatus;

  @ApiProperty({ type: 'integer', minimum: 0 })
  attempts: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextAttemptAt: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastAttemptAt: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'What the receiver answered the last time; null when it did not.',
  })
  responseStatus: number | null;

  @ApiProperty({
    type: String,
    enum: [...deliveryErrors, null],
    nullable: true,
    description: 'Why the last attempt did not succeed; `status`: the answer was not 2xx.',
  })
  error: DeliveryError | null;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  static from(delivery: WebhookDelivery): WebhookDeliveryDto {
    const { id, event, body, status, attempts, responseStatus, error } = delivery;
    return {
      id,
      event,
      payload: JSON.parse(body) as Record<string, unknown>,
      status,
      attempts,
      nextAttemptAt: delivery.nextAttemptAt?.toISOString() ?? null,
      lastAttemptAt: delivery.lastAttemptAt?.toISOString() ?? null,
      responseStatus,
      error,
      createdAt: delivery.createdAt.toISOString(),
    };
  }
}

export class WebhookDeliveryPageDto {
  @ApiProperty({ type: [WebhookDeliveryDto] })
  data: WebhookDeliveryDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
