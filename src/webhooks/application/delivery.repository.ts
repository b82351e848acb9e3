import type { AttemptOutcome, NextStep } from '../domain/delivery-policy.js';
import type { EventType } from '../domain/webhook.js';

/** One webhook in this worker's hands, with the delivery that is due. Everything it writes is conditional on the epoch. */
export interface DeliveryClaim {
  id: string;
  webhookId: string;
  ownerId: string;
  epoch: number;
  url: string;
  secret: string;
  event: EventType;
  body: string;
  /** This one included. */
  attempts: number;
}

export interface LogRetention {
  days: number;
  /** Of each webhook. */
  most: number;
}

export abstract class DeliveryRepository {
  /**
   * Takes the webhook that has waited longest of those with a delivery due: one request at a time to each, so that a
   * slow receiver holds up nobody but itself. The claim holds for `leaseMs`; a worker that dies loses it after that.
   */
  abstract claimNext(leaseMs: number): Promise<DeliveryClaim | undefined>;

  /** Notes the attempt and lets go of the webhook. @returns false when the claim was lost. */
  abstract settle(claim: DeliveryClaim, outcome: AttemptOutcome, next: NextStep): Promise<boolean>;

  /** Lets go without an attempt (a shutdown). */
  abstract handBack(claim: DeliveryClaim): Promise<void>;

  /** Removes what the log need not keep, `batch` rows at most. @returns how many. */
  abstract prune(keep: LogRetention, batch: number): Promise<number>;
}
