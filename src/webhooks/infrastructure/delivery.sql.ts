/** Statements of `PostgresDeliveryRepository`. A claim is held by (webhook, epoch). They serve the machine: all owners. */

/**
 * The webhook that was served longest ago of those that may be sent something now. Locked in a way that lets
 * announcements go on.
 */
export const nextWebhook = `
  SELECT w.id FROM webhook w
  WHERE w.disabled_at IS NULL AND w.held_until <= now() AND (w.lease_until IS NULL OR w.lease_until < now())
    AND EXISTS (
      SELECT 1 FROM webhook_delivery d
      WHERE d.webhook_id = w.id AND d.status = 'pending' AND d.next_attempt_at <= now())
  ORDER BY w.turn, w.id
  LIMIT 1
  FOR NO KEY UPDATE SKIP LOCKED`;

/** `$1` webhook, whose row must be locked by an earlier statement: this one's snapshot then shows what is due. */
export const beginAttempt = `
  UPDATE webhook_delivery
  SET attempts = attempts + 1, last_attempt_at = now()
  WHERE id = (
    SELECT id FROM webhook_delivery
    WHERE webhook_id = $1 AND status = 'pending' AND next_attempt_at <= now()
    ORDER BY next_attempt_at, id
    LIMIT 1)
  RETURNING id, event, body, attempts`;

/** `$1` webhook, `$2` milliseconds. */
export const lease = `
  UPDATE webhook
  SET epoch = epoch + 1, turn = nextval('webhook_turn'),
      lease_until = now() + make_interval(secs => $2::double precision / 1000)
  WHERE id = $1
  RETURNING owner_id, url, secret, epoch`;

/** `$1` webhook, `$2` epoch. */
const held = 'id = $1 AND epoch = $2 AND lease_until IS NOT NULL';

export const release = `UPDATE webhook SET lease_until = NULL WHERE ${held}`;

export const releaseAfterSuccess = `UPDATE webhook SET lease_until = NULL, failures = 0 WHERE ${held}`;

/** Twice the pause for each failure in a row, up to 5 minutes: what is down costs a request now and then. */
export const releaseAfterFailure = `
  UPDATE webhook
  SET lease_until = NULL, failures = failures + 1,
      held_until = now() + make_interval(secs => least(2 ^ least(failures, 10), 300))
  WHERE ${held}`;

export const disable = `UPDATE webhook SET lease_until = NULL, disabled_at = now() WHERE ${held}`;

/** `$1` delivery. */
export const uncount = 'UPDATE webhook_delivery SET attempts = attempts - 1 WHERE id = $1';

/** `$1` delivery, `$2` its new status, `$3` response status, `$4` error, `$5` milliseconds till the next attempt. */
export const noteAttempt = `
  UPDATE webhook_delivery
  SET status = $2, response_status = $3, error = $4,
      next_attempt_at = CASE WHEN $2 = 'pending' THEN now() + make_interval(secs => $5::double precision / 1000) END,
      settled_at = CASE WHEN $2 = 'pending' THEN NULL ELSE now() END
  WHERE id = $1`;

/** `$1` webhook: those that will never be sent. */
export const failPending = `
  UPDATE webhook_delivery
  SET status = 'failed', next_attempt_at = NULL, settled_at = now()
  WHERE webhook_id = $1 AND status = 'pending'`;

/** Those whose attempts could not be made in time, behind many others to a receiver that is down. */
export const failOverdue = `
  UPDATE webhook_delivery
  SET status = 'failed', next_attempt_at = NULL, settled_at = now()
  WHERE status = 'pending' AND created_at < now() - interval '3 days'`;

/** `$1` days, `$2` most rows. */
export const deleteOld = `
  DELETE FROM webhook_delivery WHERE id IN (
    SELECT id FROM webhook_delivery
    WHERE status <> 'pending' AND settled_at < now() - make_interval(days => $1)
    LIMIT $2)`;

/** `$1` rows that each webhook keeps, `$2` most rows. */
export const deleteSurplus = `
  DELETE FROM webhook_delivery WHERE id IN (
    SELECT surplus.id FROM webhook w CROSS JOIN LATERAL (
      SELECT d.id FROM webhook_delivery d
      WHERE d.webhook_id = w.id AND d.status <> 'pending'
      ORDER BY d.id DESC
      OFFSET $1) AS surplus
    LIMIT $2)`;
