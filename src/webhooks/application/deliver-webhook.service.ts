import { Injectable } from '@nestjs/common';
import { WebhooksConfig } from '../../platform/config/webhooks.config.js';
import { Logger } from '../../platform/logging/logger.port.js';
import { OutgoingHttp, OutgoingHttpError } from '../../platform/outgoing-http/outgoing-http.port.js';
import { Clock } from '../../platform/time/clock.port.js';
import { isTaken, nextStep, type AttemptOutcome } from '../domain/delivery-policy.js';
import { DeliveryRepository, type DeliveryClaim } from './delivery.repository.js';
import { signedHeaders } from './standard-webhook.js';

/** What the receiver answers is of no interest beyond its status. */
const maxAnswerBytes = 65_536;
/** From the answer to the row. */
const settleMs = 5_000;

/** One attempt at one delivery. At least once: a worker that dies after the answer leaves it to be sent again. */
@Injectable()
export class DeliverWebhook {
  constructor(
    private readonly deliveries: DeliveryRepository,
    private readonly outgoing: OutgoingHttp,
    private readonly config: WebhooksConfig,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * @param onClaimed something was due, so more may be
   * @returns false when nothing was due.
   */
  async deliverNext(shutdown: AbortSignal, onClaimed: () => void = () => undefined): Promise<boolean> {
    const claim = await this.deliveries.claimNext(this.config.timeoutMs + settleMs);
    if (!claim) return false;
    onClaimed();
    let outcome: AttemptOutcome;
    try {
      outcome = await this.send(claim, shutdown);
    } catch (error) {
      await this.deliveries.handBack(claim);
      if (shutdown.aborted) return false;
      throw error;
    }
    await this.settle(claim, outcome);
    return true;
  }

  private async send(claim: DeliveryClaim, signal: AbortSignal): Promise<AttemptOutcome> {
    const { id, url, secret, body } = claim;
    try {
      const {
        status,
        headers,
        body: answer,
      } = await this.outgoing.send({
        url,
        method: 'POST',
        headers: signedHeaders({ id, sentAt: this.clock.now(), body }, secret),
        body: Buffer.from(body),
        redirects: 0,
        maxBytes: maxAnswerBytes,
        timeoutMs: this.config.timeoutMs,
        signal,
      });
      // Ends the connection; what it says of its own end is nobody's concern.
      answer.on('error', () => undefined).destroy();
      return {
        responseStatus: status,
        error: isTaken(status) ? null : 'status',
        retryAfterSeconds: secondsOf(headers['retry-after']),
      };
    } catch (error) {
      if (!(error instanceof OutgoingHttpError)) throw error;
      return { responseStatus: null, error: error.failure, retryAfterSeconds: null };
    }
  }

  private async settle(claim: DeliveryClaim, outcome: AttemptOutcome): Promise<void> {
    const next = nextStep(outcome, claim.attempts, Math.random());
    const held = await this.deliveries.settle(claim, outcome, next);
    const { id, webhookId, event, attempts } = claim;
    const { error, responseStatus } = outcome;
    const fields = { deliveryId: id, webhookId, event, attempts, responseStatus, held };
    if (error === null) this.logger.info('webhook.delivered', fields);
    else this.logger.warn('webhook.attempt-failed', { ...fields, reason: error, next: next.kind });
  }
}

/** A date is left aside: the schedule's own wait will do. */
const secondsOf = (retryAfter: string | undefined): number | null =>
  retryAfter !== undefined && /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : null;
