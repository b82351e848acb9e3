import type { Problem } from '../../shared/problem.js';
import type {
  SummaryClaim,
  SummaryDispatch,
  SummaryStatus,
  SummaryWork,
} from '../application/summary-work.repository.js';

export interface WorkRow {
  status: SummaryStatus;
  error: Problem | null;
  excluded_until: string | null;
  updated_at: Date;
}

export interface ClaimRow {
  conversation_id: string;
  owner_id: string;
  status: SummaryStatus;
  epoch: number;
  attempts: number;
  dispatch: number;
  excluded_until: string | null;
  request_id: string | null;
}

const claimColumns =
  'conversation_id, owner_id, status, epoch, attempts, dispatch, excluded_until, request_id';
const theRow = 'owner_id = $1 AND conversation_id = $2';
/** Only for whoever holds the newest claim. */
const heldRow = `${theRow} AND epoch = $3 AND status = 'running'`;

/** $1 is the owner and $2 the conversation wherever one row is meant; times are the database's. */
export const workSql = {
  find: `SELECT status, error, excluded_until, updated_at FROM summary_work WHERE ${theRow}`,

  ensure: `
    INSERT INTO summary_work (owner_id, conversation_id, status) VALUES ($1, $2, 'idle')
    ON CONFLICT (conversation_id) DO NOTHING`,

  lock: `SELECT ${claimColumns} FROM summary_work WHERE ${theRow} FOR UPDATE`,

  addIntent: `
    INSERT INTO summary_intent (conversation_id, leaf_id, owner_id, forced, version)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (conversation_id, leaf_id) DO UPDATE SET
      forced = summary_intent.forced OR EXCLUDED.forced, version = EXCLUDED.version`,

  /** The epoch rises: a worker that runs under another exclusion must not write any more. */
  queueAnew: `
    UPDATE summary_work SET status = 'queued', error = NULL, attempts = 0, epoch = epoch + 1,
      dispatch = dispatch + 1, queued_at = now(), lease_until = NULL, excluded_until = $3, request_id = $4,
      updated_at = now()
    WHERE ${theRow} RETURNING ${claimColumns}`,

  claim: `
    UPDATE summary_work SET status = 'running', epoch = epoch + 1, attempts = attempts + 1,
      lease_until = clock_timestamp() + $3 * interval '1 millisecond', updated_at = now()
    WHERE ${theRow} AND (status = 'queued' OR (status = 'running' AND lease_until < clock_timestamp()))
    RETURNING ${claimColumns}`,

  renew: `
    UPDATE summary_work SET lease_until = clock_timestamp() + $4 * interval '1 millisecond' WHERE ${heldRow}`,

  recordProgress: `
    UPDATE summary_work SET attempts = 1, lease_until = clock_timestamp() + $4 * interval '1 millisecond'
    WHERE ${heldRow}`,

  rest: `
    UPDATE summary_work SET status = 'idle', error = NULL, attempts = 0, lease_until = NULL, updated_at = now()
    WHERE ${heldRow}`,

  /** Of a queued row too: the reconciler's second call for a job that seems lost. */
  requeue: `
    UPDATE summary_work SET status = 'queued', attempts = greatest(attempts - $5::integer, 0),
      dispatch = dispatch + 1, queued_at = now() + $4 * interval '1 millisecond', lease_until = NULL,
      updated_at = now()
    WHERE ${theRow} AND epoch = $3 AND status IN ('running', 'queued') RETURNING ${claimColumns}`,

  fail: `
    UPDATE summary_work SET status = 'failed', error = $4::jsonb, lease_until = NULL, updated_at = now()
    WHERE ${heldRow}`,

  stuck: `
    SELECT ${claimColumns} FROM summary_work
    WHERE (status = 'running' AND lease_until < clock_timestamp() - $1 * interval '1 millisecond')
       OR (status = 'queued' AND queued_at < clock_timestamp() - $2 * interval '1 millisecond')
    ORDER BY queued_at LIMIT 100`,

  interrupt: `
    UPDATE summary_work SET epoch = epoch + 1, dispatch = dispatch + 1, lease_until = NULL, queued_at = now(),
      status = CASE WHEN status NOT IN ('queued', 'running') THEN status
        WHEN EXISTS (SELECT 1 FROM summary_intent i WHERE i.owner_id = $1 AND i.conversation_id = $2) THEN 'queued'
        ELSE 'idle' END,
      updated_at = now()
    WHERE ${theRow} RETURNING ${claimColumns}`,

  exclude: `
    UPDATE summary_work SET status = 'idle', error = NULL, attempts = 0, epoch = epoch + 1, lease_until = NULL,
      excluded_until = $3, updated_at = now()
    WHERE ${theRow}`,

  remove: `DELETE FROM summary_work WHERE ${theRow}`,

  oldestIntent: `
    SELECT leaf_id, forced, version FROM summary_intent WHERE ${theRow} ORDER BY version LIMIT 1`,
  removeIntent: `DELETE FROM summary_intent WHERE ${theRow} AND leaf_id = $3 AND version = $4`,
  removeIntents: `DELETE FROM summary_intent WHERE ${theRow} AND leaf_id = ANY($3::uuid[])`,
  removeAllIntents: `DELETE FROM summary_intent WHERE ${theRow}`,
} as const;

export const workOf = (row: WorkRow): SummaryWork => ({
  status: row.status,
  error: row.error,
  excludedUntil: row.excluded_until,
  updatedAt: row.updated_at,
});

export const claimOf = (row: ClaimRow): SummaryClaim => ({
  ownerId: row.owner_id,
  conversationId: row.conversation_id,
  epoch: row.epoch,
  attempts: row.attempts,
  excludedUntil: row.excluded_until,
  requestId: row.request_id,
});

export const dispatchOf = (row: ClaimRow): SummaryDispatch => ({
  ownerId: row.owner_id,
  conversationId: row.conversation_id,
  requestId: row.request_id,
  dispatch: row.dispatch,
});
