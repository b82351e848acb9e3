import { createHmac, randomBytes } from 'node:crypto';

/** The convention of standardwebhooks.com, with its symmetric signature `v1`. */

const secretPrefix = 'whsec_';
const secretBytes = 32;

export const newWebhookSecret = (): string => `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`;

export interface SignedMessage {
  /** The same in each attempt: by it a receiver tells a repeat. */
  id: string;
  sentAt: Date;
  body: string;
}

/** @param secret `whsec_` and base64: what it decodes to is the key. */
export function signedHeaders(message: SignedMessage, secret: string): Record<string, string> {
  const { id, sentAt, body } = message;
  const timestamp = String(Math.floor(sentAt.getTime() / 1_000));
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
