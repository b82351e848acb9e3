import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { newId } from '../../shared/ids.js';
import type { Problem } from '../../shared/problem.js';
import {
  SummaryWorkRepository,
  type SummaryClaim,
  type SummaryDemand,
  type SummaryDispatch,
  type SummaryIntent,
  type SummaryWork,
} from '../application/summary-work.repository.js';
import { claimOf, dispatchOf, workOf, workSql, type ClaimRow, type WorkRow } from './summary-work.sql.js';

@Injectable()
export class PostgresSummaryWorkRepository extends SummaryWorkRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async find(ownerId: string, conversationId: string): Promise<SummaryWork | undefined> {
    const [row] = await this.database.query<WorkRow>(workSql.find, [ownerId, conversationId]);
    return row && workOf(row);
  }

  async demand(demand: SummaryDemand): Promise<SummaryDispatch | undefined> {
    const { ownerId, conversationId, leafId, forced, requestId } = demand;
    await this.database.execute(workSql.ensure, [ownerId, conversationId]);
    // Locks the row first; see the port.
    const [row] = await this.database.query<ClaimRow>(workSql.lock, [ownerId, conversationId]);
    if (!row) throw new Error('The summary work row belongs to another owner.');
    await this.database.execute(workSql.addIntent, [conversationId, leafId, ownerId, forced, newId()]);
    const lifts = forced && row.excluded_until !== null;
    if (!lifts && (row.status === 'queued' || row.status === 'running')) return undefined;
    const [queued] = await this.database.query<ClaimRow>(workSql.queueAnew, [
      ownerId,
      conversationId,
      forced ? null : row.excluded_until,
      requestId,
    ]);
    return queued && dispatchOf(queued);
  }

  async claim(ownerId: string, conversationId: string, leaseMs: number): Promise<SummaryClaim | undefined> {
    const [row] = await this.database.query<ClaimRow>(workSql.claim, [ownerId, conversationId, leaseMs]);
    return row && claimOf(row);
  }

  async renew(claim: SummaryClaim, leaseMs: number): Promise<boolean> {
    return (await this.database.execute(workSql.renew, [...keyOf(claim), leaseMs])) === 1;
  }

  async recordProgress(claim: SummaryClaim, leaseMs: number): Promise<boolean> {
    return (await this.database.execute(workSql.recordProgress, [...keyOf(claim), leaseMs])) === 1;
  }

  async nextIntent(claim: SummaryClaim): Promise<SummaryIntent | undefined> {
    const [row] = await this.database.query<ClaimRow>(workSql.lock, [claim.ownerId, claim.conversationId]);
    if (row?.epoch !== claim.epoch) return undefined;
    const [intent] = await this.database.query<{ leaf_id: string; forced: boolean; version: string }>(
      workSql.oldestIntent,
      [claim.ownerId, claim.conversationId],
    );
    if (intent) return { leafId: intent.leaf_id, forced: intent.forced, version: intent.version };
    await this.database.execute(workSql.rest, keyOf(claim));
    return undefined;
  }

  async settle(claim: SummaryClaim, intent: SummaryIntent): Promise<void> {
    await this.database.execute(workSql.removeIntent, [
      claim.ownerId,
      claim.conversationId,
      intent.leafId,
      intent.version,
    ]);
  }

  async requeue(
    claim: SummaryClaim,
    again: { delayMs: number; countsAsAttempt: boolean },
  ): Promise<SummaryDispatch | undefined> {
    const [row] = await this.database.query<ClaimRow>(workSql.requeue, [
      ...keyOf(claim),
      again.delayMs,
      again.countsAsAttempt ? 0 : 1,
    ]);
    return row && dispatchOf(row);
  }

  async fail(claim: SummaryClaim, error: Problem): Promise<void> {
    await this.database.execute(workSql.fail, [...keyOf(claim), JSON.stringify(error)]);
  }

  async listStuck(overdue: { leaseMs: number; queuedMs: number }): Promise<SummaryClaim[]> {
    const rows = await this.database.query<ClaimRow>(workSql.stuck, [overdue.leaseMs, overdue.queuedMs]);
    return rows.map(claimOf);
  }

  async interrupt(
    ownerId: string,
    conversationId: string,
    goneMessageIds: string[],
  ): Promise<SummaryDispatch | undefined> {
    const [row] = await this.database.query<ClaimRow>(workSql.lock, [ownerId, conversationId]);
    if (!row) return undefined;
    await this.database.execute(workSql.removeIntents, [ownerId, conversationId, goneMessageIds]);
    const [interrupted] = await this.database.query<ClaimRow>(workSql.interrupt, [ownerId, conversationId]);
    return interrupted?.status === 'queued' ? dispatchOf(interrupted) : undefined;
  }

  async exclude(ownerId: string, conversationId: string, excludedUntil: string): Promise<void> {
    await this.database.execute(workSql.ensure, [ownerId, conversationId]);
    await this.database.execute(workSql.exclude, [ownerId, conversationId, excludedUntil]);
    await this.database.execute(workSql.removeAllIntents, [ownerId, conversationId]);
  }

  async remove(ownerId: string, conversationId: string): Promise<void> {
    await this.database.execute(workSql.remove, [ownerId, conversationId]);
  }
}

const keyOf = (claim: SummaryClaim): [string, string, number] => [
  claim.ownerId,
  claim.conversationId,
  claim.epoch,
];
