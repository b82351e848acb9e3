import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import {
  DeliveryRepository,
  type DeliveryClaim,
  type LogRetention,
} from '../application/delivery.repository.js';
import type { AttemptOutcome, NextStep } from '../domain/delivery-policy.js';
import type { DeliveryStatus } from '../domain/webhook.js';
import * as sql from './delivery.sql.js';

type AttemptRow = Pick<DeliveryClaim, 'id' | 'event' | 'body' | 'attempts'>;

interface LeaseRow {
  owner_id: string;
  url: string;
  secret: string;
  epoch: number;
}

const releases: Record<NextStep['kind'], string> = {
  delivered: sql.releaseAfterSuccess,
  retry: sql.releaseAfterFailure,
  failed: sql.releaseAfterFailure,
  gone: sql.disable,
};

const statuses: Record<NextStep['kind'], DeliveryStatus> = {
  delivered: 'delivered',
  retry: 'pending',
  failed: 'failed',
  gone: 'failed',
};

@Injectable()
export class PostgresDeliveryRepository extends DeliveryRepository {
  constructor(
    private readonly database: Database,
    private readonly transaction: Transaction,
  ) {
    super();
  }

  claimNext(leaseMs: number): Promise<DeliveryClaim | undefined> {
    return this.transaction.run(async () => {
      const [webhook] = await this.database.query<{ id: string }>(sql.nextWebhook);
      if (!webhook) return undefined;
      const [attempt] = await this.database.query<AttemptRow>(sql.beginAttempt, [webhook.id]);
      if (!attempt) return undefined;
      const [leased] = await this.database.query<LeaseRow>(sql.lease, [webhook.id, leaseMs]);
      const { owner_id: ownerId, url, secret, epoch } = leased!;
      return { ...attempt, webhookId: webhook.id, ownerId, url, secret, epoch };
    });
  }

  settle(claim: DeliveryClaim, outcome: AttemptOutcome, next: NextStep): Promise<boolean> {
    const { id, webhookId, epoch } = claim;
    return this.transaction.run(async () => {
      const held = await this.database.execute(releases[next.kind], [webhookId, epoch]);
      if (held === 0) return false;
      await this.database.execute(sql.noteAttempt, [
        id,
        statuses[next.kind],
        outcome.responseStatus,
        outcome.error,
        next.kind === 'retry' ? next.delayMs : 0,
      ]);
      if (next.kind === 'gone') await this.database.execute(sql.failPending, [webhookId]);
      return true;
    });
  }

  async handBack({ id, webhookId, epoch }: DeliveryClaim): Promise<void> {
    await this.transaction.run(async () => {
      const held = await this.database.execute(sql.release, [webhookId, epoch]);
      if (held === 1) await this.database.execute(sql.uncount, [id]);
    });
  }

  async prune({ days, most }: LogRetention, batch: number): Promise<number> {
    await this.database.execute(sql.failOverdue);
    const old = await this.database.execute(sql.deleteOld, [days, batch]);
    return old + (await this.database.execute(sql.deleteSurplus, [most, batch]));
  }
}
