export const eventTypes = ['document.ready', 'document.failed', 'message.completed'] as const;
export type EventType = (typeof eventTypes)[number];

/** Somebody's address that is told what happens to what is theirs. */
export interface Webhook {
  id: string;
  ownerId: string;
  url: string;
  events: EventType[];
  /** `disabled` once the receiver has answered 410: it wants no more. */
  status: 'active' | 'disabled';
  createdAt: Date;
}

/** Ids and a status, never contents: whoever learns the receiver's address learns nothing else. */
export interface WebhookEvent {
  type: EventType;
  data: Readonly<Record<string, string | number>>;
}

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** Why an attempt did not succeed: there was no answer, or its status was not 2xx. */
export const deliveryErrors = [
  'refused',
  'unreachable',
  'too-slow',
  'too-large',
  'undecodable',
  'status',
] as const;
export type DeliveryError = (typeof deliveryErrors)[number];

/** One event on its way to one webhook. Its id is the `webhook-id` of each attempt. */
export interface WebhookDelivery {
  id: string;
  webhookId: string;
  event: EventType;
  /** The JSON that is sent, byte for byte the same in each attempt. */
  body: string;
  status: DeliveryStatus;
  attempts: number;
  /** Null once it is settled. */
  nextAttemptAt: Date | null;
  lastAttemptAt: Date | null;
  responseStatus: number | null;
  error: DeliveryError | null;
  createdAt: Date;
}
