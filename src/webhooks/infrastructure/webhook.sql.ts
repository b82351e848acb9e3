/** Statements of the webhooks' repositories. `$1` is the owner wherever a statement serves one. */

/** Creations of one owner take turns till their transactions end: the count would else be of before the others. */
export const takeTurn = `SELECT pg_advisory_xact_lock(hashtextextended('webhook ' || $1::uuid::text, 0))`;

/** `$2` id, `$3` URL, `$4` events, `$5` secret, `$6` limit. */
export const insert = `
  INSERT INTO webhook (id, owner_id, url, events, secret)
  SELECT $2::uuid, $1::uuid, $3, $4::text[], $5
  WHERE (SELECT count(*) FROM webhook WHERE owner_id = $1) < $6::integer`;

const columns = 'id, owner_id, url, events, disabled_at, created_at';

export const findById = `SELECT ${columns} FROM webhook WHERE owner_id = $1 AND id = $2`;

/** `$2` last id of the page before or null, `$3` limit. */
export const list = `
  SELECT ${columns} FROM webhook
  WHERE owner_id = $1 AND ($2::uuid IS NULL OR id < $2)
  ORDER BY id DESC
  LIMIT $3`;

export const remove = 'DELETE FROM webhook WHERE owner_id = $1 AND id = $2';

/** `$2` webhook, `$3` last id of the page before or null, `$4` limit. */
export const listDeliveries = `
  SELECT id, webhook_id, event, body, status, attempts, next_attempt_at, last_attempt_at, response_status, error,
         created_at
  FROM webhook_delivery
  WHERE owner_id = $1 AND webhook_id = $2 AND ($3::uuid IS NULL OR id < $3)
  ORDER BY id DESC
  LIMIT $4`;

/** `$2` event. The lock keeps them from being deleted before their deliveries are in; workers' claims go on. */
export const interested = `
  SELECT id FROM webhook
  WHERE owner_id = $1 AND $2 = ANY(events) AND disabled_at IS NULL
  FOR KEY SHARE`;

/** `$2` event, `$3` body, arrays: `$4` ids of the deliveries, `$5` of their webhooks. */
export const insertDeliveries = `
  INSERT INTO webhook_delivery (id, webhook_id, owner_id, event, body)
  SELECT row.id, row.webhook_id, $1::uuid, $2, $3
  FROM unnest($4::uuid[], $5::uuid[]) AS row (id, webhook_id)`;
