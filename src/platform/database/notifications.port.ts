/**
 * Fire-and-forget wake-ups between processes (LISTEN/NOTIFY). A hint only: a listener must be able to find
 * everything it needs in the tables, since notifications are lost when nobody listens.
 */
export abstract class Notifications {
  /** Inside a transaction it is sent with the commit. `payload` ≤ 7,900 bytes. */
  abstract notify(channel: NotificationChannel, payload: string): Promise<void>;

  /**
   * `onPayload` also hears an empty payload after a lost connection has come back: look at everything then.
   * @returns a function that ends the subscription.
   */
  abstract listen(channel: NotificationChannel, onPayload: (payload: string) => void): Promise<() => void>;
}

export type NotificationChannel = 'answer_appended' | 'answer_cancel' | 'document_changed' | 'webhook_due';
