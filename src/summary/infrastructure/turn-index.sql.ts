/*
 * Statements of PostgresTurnIndex. $1 is the owner and $2 the conversation everywhere; $3 the last message that the
 * path's summary covers, where a path is meant. Terms are given by their hashes.
 */

const ofConversation = 'turn.owner_id = $1 AND turn.conversation_id = $2';

/** What the summary covers lies on the path; other branches of the tree do not. */
const ofPath = `${ofConversation} AND turn.message_id IN (
      SELECT unnest(covered_message_ids) FROM conversation_summary
      WHERE owner_id = $1 AND conversation_id = $2 AND covers_up_to_message_id = $3)`;

/** $3 model, $4 a JSON array of turns. */
export const addTurns = `
  INSERT INTO conversation_turn (message_id, owner_id, conversation_id, position, sitting, speaker, said_at, tokens,
                                 asks, tells_time, terms, model, embedding)
  SELECT "messageId", $1, $2, position, sitting, speaker, "saidAt", tokens, asks, "tellsTime", terms, $3,
         l2_normalize(embedding::halfvec)
  FROM jsonb_to_recordset($4::jsonb) AS given (
    "messageId" uuid, position integer, sitting integer, speaker text, "saidAt" timestamptz, tokens integer,
    asks boolean, "tellsTime" boolean, terms bigint[], embedding text)
  ON CONFLICT (message_id) DO NOTHING`;

export const speakers = `
  SELECT DISTINCT speaker FROM (
    SELECT speaker FROM conversation_turn AS turn WHERE ${ofConversation}
    ORDER BY sitting DESC, position DESC LIMIT 64
  ) AS latest
  WHERE speaker IS NOT NULL`;

/** $2 message. */
export const findSeat = `
  SELECT position, sitting, said_at AS "saidAt" FROM conversation_turn WHERE owner_id = $1 AND message_id = $2`;

/** $3 hashes, $4 how far to count. */
export const termCounts = `
  SELECT (SELECT count(*)::integer FROM (
            SELECT FROM conversation_turn AS turn WHERE ${ofConversation} AND turn.terms @> ARRAY[term.hash] LIMIT $4
          ) AS counted) AS count
  FROM unnest($3::bigint[]) WITH ORDINALITY AS term (hash, place) ORDER BY place`;

/** $4 hashes, $5 most turns. */
export const sittingsWith = `
  WITH found AS MATERIALIZED (
    SELECT sitting, terms FROM conversation_turn AS turn
    WHERE ${ofPath} AND turn.terms && $4::bigint[]
    ORDER BY position DESC LIMIT $5
  )
  SELECT found.sitting, array_agg(DISTINCT place::integer) AS terms
  FROM found, LATERAL unnest(found.terms) AS one (hash)
  JOIN unnest($4::bigint[]) WITH ORDINALITY AS term (hash, place) ON term.hash = one.hash
  GROUP BY found.sitting`;

/** $4 and $5 the time, $6 most. */
export const sittingsBetween = `
  SELECT DISTINCT sitting FROM conversation_turn AS turn
  WHERE ${ofPath} AND turn.said_at >= $4 AND turn.said_at < $5
  ORDER BY sitting DESC LIMIT $6`;

/** $4 sittings or NULL for all, $5 hashes, $6 model and $7 vector (scaled) or NULL. */
export const turnsOf = `
  SELECT message_id AS "messageId", position, sitting, speaker, said_at AS "saidAt", tokens, asks,
         tells_time AS "tellsTime", cardinality(terms) AS "termCount",
         ARRAY(SELECT hash::text FROM unnest(terms) AS one (hash) WHERE hash = ANY ($5::bigint[])) AS found,
         CASE WHEN model = $6 THEN -(embedding <#> l2_normalize($7::halfvec)) END AS similarity
  FROM conversation_turn AS turn
  WHERE ${ofPath} AND ($4::integer[] IS NULL OR turn.sitting = ANY ($4))
  ORDER BY position`;

/** $3 messages. */
export const removeMessages = `
  DELETE FROM conversation_turn AS turn WHERE ${ofConversation} AND turn.message_id = ANY ($3::uuid[])`;

export const removeAll = `DELETE FROM conversation_turn AS turn WHERE ${ofConversation}`;
