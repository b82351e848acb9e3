import type { Pool } from 'pg';
import type { Fleet, Kill, Role } from './fleet.js';

/**
 * Every change of a row's epoch or state with the process that made it, by triggers of the test's own: the exact
 * source of who held what, and from when on another worker did.
 */
const auditSql = `
  CREATE SCHEMA chaos;
  CREATE TABLE chaos.audit (
    seq    bigserial PRIMARY KEY,
    at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    role   text NOT NULL,
    id     uuid NOT NULL,
    claim  boolean NOT NULL,
    held   boolean NOT NULL,
    epoch  integer NOT NULL,
    status text NOT NULL,
    by     text NOT NULL DEFAULT current_setting('application_name')
  );
  CREATE FUNCTION chaos.note_message() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos.audit (role, id, claim, held, epoch, status) VALUES ('chat-worker', NEW.id,
      NEW.status = 'running' AND NEW.epoch > OLD.epoch, NEW.status = 'running', NEW.epoch, NEW.status);
    RETURN NULL;
  END $$;
  CREATE FUNCTION chaos.note_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos.audit (role, id, claim, held, epoch, status) VALUES ('knowledge-worker', NEW.document_id,
      NEW.status = 'extracting' AND NEW.epoch > OLD.epoch, NEW.lease_until IS NOT NULL, NEW.epoch, NEW.status);
    RETURN NULL;
  END $$;
  CREATE FUNCTION chaos.note_summary() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos.audit (role, id, claim, held, epoch, status) VALUES ('summary-worker', NEW.conversation_id,
      NEW.status = 'running' AND NEW.epoch > OLD.epoch, NEW.status = 'running', NEW.epoch, NEW.status);
    RETURN NULL;
  END $$;
  CREATE TRIGGER chaos_note AFTER UPDATE ON message FOR EACH ROW
    WHEN (OLD.epoch <> NEW.epoch OR OLD.status <> NEW.status) EXECUTE FUNCTION chaos.note_message();
  CREATE TRIGGER chaos_note AFTER UPDATE ON document_version FOR EACH ROW
    WHEN (OLD.epoch <> NEW.epoch OR OLD.status <> NEW.status) EXECUTE FUNCTION chaos.note_version();
  CREATE TRIGGER chaos_note AFTER UPDATE ON summary_work FOR EACH ROW
    WHEN (OLD.epoch <> NEW.epoch OR OLD.status <> NEW.status) EXECUTE FUNCTION chaos.note_summary();
`;

interface Change {
  at: number;
  role: Role;
  id: string;
  claim: boolean;
  held: boolean;
  by: string;
}

export interface Recovery {
  role: Role;
  id: string;
  kill: Kill;
  /** From the kill to the claim of another worker; null when there was none (it was given up, or had ended). */
  ms: number | null;
  /** Whether another worker of the role was up all that time. */
  othersUp: boolean;
}

export const installAudit = (database: Pool): Promise<unknown> => database.query(auditSql);

export async function readAudit(database: Pool): Promise<Change[]> {
  const { rows } = await database.query<Change>(
    `SELECT (extract(epoch FROM at) * 1000)::double precision AS at, role, id, claim, held, by
     FROM chaos.audit ORDER BY seq`,
  );
  return rows;
}

const byItem = (changes: Change[]): Map<string, Change[]> => {
  const items = new Map<string, Change[]>();
  for (const change of changes) {
    const key = `${change.role} ${change.id}`;
    items.set(key, [...(items.get(key) ?? []), change]);
  }
  return items;
};

/** For each piece of work that a killed worker held: when the next one claimed it. */
export function recoveries(changes: Change[], fleet: Fleet): Recovery[] {
  const killed = new Map(fleet.kills.map((kill) => [kill.process, kill]));
  const found: Recovery[] = [];
  for (const history of byItem(changes).values()) {
    for (const [index, change] of history.entries()) {
      const kill = killed.get(change.by);
      if (!kill || !change.held) continue;
      // A row that its own worker changed again was still in its hands; the last such change counts.
      if (history[index + 1]?.by === change.by) continue;
      const next = history.slice(index + 1).find(({ claim }) => claim);
      // It had lost the work before it died.
      if (next && next.at < kill.at - 20) continue;
      const until = next?.at ?? kill.at;
      found.push({
        role: change.role,
        id: change.id,
        kill,
        ms: next ? Math.max(0, next.at - kill.at) : null,
        othersUp: [...fleet.lives].some(
          ([name, { role, upAt, diedAt }]) =>
            name !== kill.process && role === kill.role && upAt < kill.at && (diedAt ?? Infinity) > until,
        ),
      });
    }
  }
  return found;
}

/** Work that was taken from a worker that lived: harmless, since it is fenced, but an attempt is lost. */
export function falseTakeovers(changes: Change[], fleet: Fleet): string[] {
  const found: string[] = [];
  for (const history of byItem(changes).values()) {
    for (const [index, change] of history.entries()) {
      const next = history[index + 1];
      if (!change.held || !next || next.by === change.by || next.by.startsWith('api-')) continue;
      const diedAt = fleet.lives.get(change.by)?.diedAt ?? Infinity;
      if (diedAt > next.at + 20)
        found.push(`${change.role} ${change.id}: ${next.by} took it from ${change.by}, which lived`);
    }
  }
  return found;
}

/** Milliseconds from when work was accepted to its first claim, whatever died in between. */
export async function firstClaims(database: Pool): Promise<{ questions: number[]; documents: number[] }> {
  const waits = async (table: string): Promise<number[]> => {
    const { rows } = await database.query<{ ms: number }>(
      `SELECT (extract(epoch FROM min(a.at) - t.created_at) * 1000)::double precision AS ms
       FROM ${table} t JOIN chaos.audit a ON a.id = t.id AND a.claim GROUP BY t.id`,
    );
    return rows.map(({ ms }) => ms);
  };
  return { questions: await waits('message'), documents: await waits('document') };
}

/** How often a worker died that held this. */
export const lossesOf = (all: Recovery[], id: string): number =>
  all.filter((recovery) => recovery.id === id).length;
