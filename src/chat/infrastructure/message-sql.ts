/** Every column of a `Message`; the page text and the trace, which may be large, are read apart. */
export const messageColumns = `
  message.id, message.owner_id AS "ownerId", message.conversation_id AS "conversationId",
  message.parent_id AS "parentId", message.depth, message.role, message.content, message.name, message.status,
  message.mode, message.filter, message.citations, message.usage, message.model, message.error,
  message.request_id AS "requestId", message.epoch, message.attempts, message.dispatch,
  message.cancel_requested_at AS "cancelRequestedAt", message.last_sequence AS "lastSequence",
  message.created_at AS "createdAt", message.completed_at AS "completedAt"`;

/** $1 a JSON array of new messages. A message that is finished from the start was completed when it was made. */
export const insertMessages = `
  INSERT INTO message (id, owner_id, conversation_id, parent_id, depth, role, content, name, status, mode, page,
                       filter, request_id, dispatch, created_at, completed_at)
  SELECT id, "ownerId", "conversationId", "parentId", depth, role, COALESCE(content, ''), name, status, mode, page,
         filter, "requestId", COALESCE(dispatch, 0), COALESCE("createdAt", now()),
         CASE WHEN status IN ('completed', 'cancelled', 'failed') THEN COALESCE("createdAt", now()) END
  FROM jsonb_to_recordset($1::jsonb) AS given (
    id uuid, "ownerId" uuid, "conversationId" uuid, "parentId" uuid, depth integer, role text, content text,
    name text, status text, mode text, page jsonb, filter jsonb, "requestId" text, dispatch integer,
    "createdAt" timestamptz)
  RETURNING ${messageColumns}`;

/** $1 owner, $2 leaf. */
const pathIds = `
  WITH RECURSIVE path AS (
    SELECT id, parent_id FROM message WHERE owner_id = $1 AND id = $2
    UNION ALL
    SELECT parent.id, parent.parent_id
    FROM message AS parent JOIN path ON parent.id = path.parent_id
    WHERE parent.owner_id = $1
  )`;

export const selectPath = `${pathIds}
  SELECT ${messageColumns} FROM message JOIN path ON path.id = message.id ORDER BY message.depth`;

/** The end of the path: from the leaf back to where one of $3 or a message up to $4 (or NULL) stands, these left out. */
export const selectTail = `
  WITH RECURSIVE path AS (
    SELECT id, parent_id FROM message
    WHERE owner_id = $1 AND id = $2 AND NOT id = ANY ($3::uuid[]) AND ($4::uuid IS NULL OR id > $4)
    UNION ALL
    SELECT parent.id, parent.parent_id
    FROM message AS parent JOIN path ON parent.id = path.parent_id
    WHERE parent.owner_id = $1 AND NOT parent.id = ANY ($3::uuid[]) AND ($4::uuid IS NULL OR parent.id > $4)
  )
  SELECT ${messageColumns} FROM message JOIN path ON path.id = message.id ORDER BY message.depth`;

/** $3 the last message of the page before, or NULL; $4 how many. */
export const selectPathPage = `${pathIds}
  SELECT ${messageColumns} FROM message JOIN path ON path.id = message.id
  WHERE $3::uuid IS NULL OR message.depth > (SELECT depth FROM message WHERE owner_id = $1 AND id = $3)
  ORDER BY message.depth LIMIT $4`;

/** $1 owner, $2 conversation, $3 the last message of the page before or NULL, $4 how many. Ids rise with time. */
export const selectTreePage = `
  SELECT ${messageColumns} FROM message
  WHERE owner_id = $1 AND conversation_id = $2 AND ($3::uuid IS NULL OR id > $3)
  ORDER BY id LIMIT $4`;

/** $1 owner, $2 root of the subtree. */
export const selectSubtreeIds = `
  WITH RECURSIVE subtree AS (
    SELECT id FROM message WHERE owner_id = $1 AND id = $2
    UNION ALL
    SELECT child.id FROM message AS child JOIN subtree ON child.parent_id = subtree.id
    WHERE child.owner_id = $1
  )
  SELECT id FROM subtree`;

/** $1 message, $2 lease in milliseconds. */
export const claimAnswer = `
  UPDATE message
  SET status = 'running', epoch = epoch + 1, attempts = attempts + 1,
      lease_until = now() + $2 * interval '1 millisecond'
  WHERE id = $1 AND role = 'assistant'
    AND (status = 'queued' OR (status = 'running' AND lease_until < now()))
  RETURNING ${messageColumns}`;

/** $1 messages, $2 their epochs, $3 lease in milliseconds. A row that somebody has locked keeps no other one waiting. */
export const renewLeases = `
  WITH given AS (SELECT * FROM unnest($1::uuid[], $2::integer[]) AS given (id, epoch)),
  free AS (
    SELECT message.id FROM message JOIN given USING (id, epoch)
    WHERE message.status = 'running' FOR UPDATE OF message SKIP LOCKED
  ),
  renewed AS (
    UPDATE message SET lease_until = now() + $3 * interval '1 millisecond'
    FROM free WHERE message.id = free.id RETURNING message.id
  )
  SELECT message.id, CASE WHEN message.cancel_requested_at IS NOT NULL THEN 'cancel-requested'
                          WHEN renewed.id IS NULL THEN 'busy' ELSE 'held' END AS state
  FROM message JOIN given USING (id, epoch) LEFT JOIN renewed USING (id)
  WHERE message.status = 'running'`;

/** $1 message, $2 epoch, then how it ended. */
export const finishAnswer = `
  UPDATE message
  SET status = $3, content = $4, citations = $5::jsonb, usage = $6::jsonb, model = $7, error = $8::jsonb,
      trace = $9::jsonb, last_sequence = $10, completed_at = now(), lease_until = NULL
  WHERE id = $1 AND epoch = $2 AND status IN ('queued', 'running')
  RETURNING ${messageColumns}`;

/** $1 message, $2 epoch, $3 milliseconds until it is due, $4 whether the attempt is not to count. */
export const requeueAnswer = `
  UPDATE message
  SET status = 'queued', dispatch = dispatch + 1, lease_until = NULL,
      attempts = CASE WHEN $4::boolean THEN attempts - 1 ELSE attempts END,
      queued_at = now() + $3 * interval '1 millisecond'
  WHERE id = $1 AND epoch = $2 AND status IN ('queued', 'running')
  RETURNING dispatch`;

/** $1 owner, $2 message. Without a live worker it ends here: nobody else would take note of the wish. */
export const requestCancel = `
  WITH target AS (
    SELECT id, status = 'queued' OR lease_until < now() AS unheld FROM message
    WHERE owner_id = $1 AND id = $2 AND role = 'assistant' AND status IN ('queued', 'running')
    FOR UPDATE
  )
  UPDATE message
  SET cancel_requested_at = COALESCE(cancel_requested_at, now()),
      status = CASE WHEN unheld THEN 'cancelled' ELSE status END,
      epoch = CASE WHEN unheld THEN epoch + 1 ELSE epoch END,
      completed_at = CASE WHEN unheld THEN now() END,
      lease_until = CASE WHEN unheld THEN NULL ELSE lease_until END
  FROM target WHERE message.id = target.id
  RETURNING ${messageColumns}`;

/** $1 milliseconds that a due answer may wait for its claim, $2 how many. */
export const selectStuck = `
  SELECT id AS "messageId", owner_id AS "ownerId", request_id AS "requestId", epoch, attempts FROM message
  WHERE status IN ('queued', 'running')
    AND CASE status WHEN 'running' THEN lease_until < now()
                    ELSE queued_at < now() - $1 * interval '1 millisecond' END
  ORDER BY queued_at LIMIT $2`;

/** $1 messages, $2 milliseconds. */
export const selectEnded = `
  SELECT given.id FROM unnest($1::uuid[]) AS given (id) LEFT JOIN message ON message.id = given.id
  WHERE message.id IS NULL OR message.completed_at < now() - $2 * interval '1 millisecond'`;

export const selectQueueState = `
  SELECT owner_id AS "ownerId", count(*) FILTER (WHERE status = 'queued' AND queued_at <= now())::integer AS waiting,
    count(*) FILTER (WHERE status = 'running')::integer AS running,
    COALESCE(extract(epoch FROM now() - min(queued_at) FILTER (WHERE status = 'queued')) * 1000, 0)::double precision
      AS "oldestWaitMs"
  FROM message WHERE status IN ('queued', 'running') GROUP BY owner_id`;
