import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { World } from '../e2e/world.js';
import { lossesOf, type Recovery } from './audit.js';
import { inParallel } from './in-parallel.js';
import type { Load } from './load.js';

export interface Findings {
  lost: string[];
  doubled: string[];
  mismatched: string[];
  /** Rows, jobs and objects that should not be there any more. */
  leftOver: string[];
  /** What a reader was told that is against the contract. */
  broken: string[];
}

export interface Counts {
  questions: { accepted: number; completed: number; givenUp: number };
  documents: { accepted: number; ready: number; givenUp: number; chunks: number };
  imports: { accepted: number; summarised: number; givenUp: number };
  /** Bytes of uploads whose API died before their row was there; the sweep removes them after two hours. */
  objectsLeftToTheSweep: number;
}

/** Claims after which work fails for good; each must have cost a worker its life. */
const mostLosses = 3;
const quietMs = 60_000;

const queueNames = ['chat', 'knowledge', 'summary'];

const unfinishedSql = `
  SELECT 'message ' || id || ' is ' || status AS what FROM message WHERE status IN ('queued', 'running')
  UNION ALL SELECT 'document ' || v.document_id || ' is ' || v.status FROM document_version v
    WHERE v.status NOT IN ('ready', 'failed')
  UNION ALL SELECT 'summary ' || conversation_id || ' is ' || status FROM summary_work
    WHERE status NOT IN ('idle', 'failed')
  UNION ALL SELECT 'outbox ' || job_id FROM outbox
  UNION ALL SELECT 'idempotency key ' || key || ' is pending' FROM idempotency_key WHERE response IS NULL`;

export class Checks {
  readonly findings: Findings = { lost: [], doubled: [], mismatched: [], leftOver: [], broken: [] };

  constructor(
    private readonly world: World,
    private readonly database: Pool,
    private readonly load: Load,
  ) {}

  /**
   * Waits, without help, until nothing is under way any more; gives up when nothing has moved for a minute.
   * @returns how long it took.
   */
  async quiet(): Promise<number> {
    const startedAt = Date.now();
    let movedAt = startedAt;
    let before = '';
    for (;;) {
      const left = [...(await this.texts(unfinishedSql)), ...(await this.liveJobs())];
      if (left.length === 0) break;
      if (left.join() !== before) movedAt = Date.now();
      before = left.join();
      if (Date.now() - movedAt > quietMs) {
        this.findings.leftOver.push(...left);
        break;
      }
      await sleep(200);
    }
    return Date.now() - startedAt;
  }

  async all(recoveries: Recovery[], twins: string[]): Promise<Counts> {
    const questions = await this.questions(recoveries);
    const documents = await this.documents(recoveries, twins);
    const imports = await this.memories(recoveries);
    await this.doubles();
    this.findings.leftOver.push(...(await orphans()));
    const objectsLeftToTheSweep = await this.objects();
    return { questions, documents, imports, objectsLeftToTheSweep };
  }

  /** Every question has its answer, once, and its reader saw what is stored. */
  private async questions(recoveries: Recovery[]): Promise<Counts['questions']> {
    const { lost, doubled, mismatched, broken } = this.findings;
    let completed = 0;
    let givenUp = 0;
    await inParallel(8, this.load.questions, async (question) => {
      const { answerId, content, ids, terminals, shown } = question;
      const message = await this.load.get(`/api/v1/messages/${answerId}`);
      const { rows } = await this.database.query(
        `SELECT (SELECT count(*)::int FROM message WHERE content = $1 AND role = 'user') AS questions,
                (SELECT count(*)::int FROM message WHERE parent_id = $2) AS answers`,
        [content, question.questionId],
      );
      if (rows[0].questions !== 1 || rows[0].answers !== 1)
        doubled.push(`"${content}": ${rows[0].questions} questions, ${rows[0].answers} answers`);
      if (message.status === 'completed') completed++;
      else if (message.error?.code === 'chat.workers-lost' && lossesOf(recoveries, answerId) >= mostLosses)
        givenUp++;
      else lost.push(`answer ${answerId} is ${message.status}: ${JSON.stringify(message.error)}`);
      if (!Buffer.from(shown).equals(Buffer.from(message.content)))
        mismatched.push(
          `answer ${answerId}: shown ${JSON.stringify(shown)}, stored ${JSON.stringify(message.content)}`,
        );
      const anew = await this.load.readAnew(answerId);
      if (anew !== message.content)
        mismatched.push(
          `answer ${answerId}: read anew ${JSON.stringify(anew)}, stored ${JSON.stringify(message.content)}`,
        );
      if (ids.some((id, index) => index > 0 && id <= ids[index - 1]!))
        broken.push(`answer ${answerId}: the ids do not rise: ${ids.join(' ')}`);
      if (terminals.join() !== `message.${message.status}`)
        broken.push(`answer ${answerId} is ${message.status}, its reader was told ${terminals.join()}`);
    });
    return { accepted: this.load.questions.length, completed, givenUp };
  }

  /** Every document is whole, with each chunk and vector once, as its twin that was ingested in peace. */
  private async documents(recoveries: Recovery[], twins: string[]): Promise<Counts['documents']> {
    const { lost, mismatched, doubled } = this.findings;
    const counts = { accepted: this.load.uploads.length, ready: 0, givenUp: 0, chunks: 0 };
    const ids = this.load.uploads.map(({ documentId }) => documentId);
    if (new Set(ids).size !== ids.length) doubled.push('two uploads were answered with the same document');
    for (const [index, documentId] of ids.entries()) {
      const document = await this.load.get(`/api/v1/documents/${documentId}`);
      if (document.status !== 'ready') {
        if (
          document.error?.code === 'knowledge.ingestion-given-up' &&
          lossesOf(recoveries, documentId) >= mostLosses
        )
          counts.givenUp++;
        else lost.push(`document ${documentId} is ${document.status}: ${JSON.stringify(document.error)}`);
        continue;
      }
      counts.ready++;
      const chunks = await this.chunksOf(documentId);
      counts.chunks += chunks.length;
      const expected = await this.chunksOf(twins[index]!);
      if (document.chunkCount !== chunks.length || JSON.stringify(chunks) !== JSON.stringify(expected))
        mismatched.push(`document ${documentId}: ${chunks.length} chunks, its twin ${expected.length}`);
    }
    return counts;
  }

  private async chunksOf(documentId: string): Promise<unknown[]> {
    const { rows } = await this.database.query(
      `SELECT c.ordinal, c.text, (SELECT count(*)::int FROM chunk_embedding e WHERE e.chunk_id = c.id) AS vectors
       FROM chunk c WHERE c.document_id = $1 ORDER BY c.ordinal`,
      [documentId],
    );
    if (rows.some(({ ordinal, vectors }, index) => ordinal !== index || vectors !== 1))
      this.findings.doubled.push(`document ${documentId}: its chunks or vectors are not there once each`);
    return rows;
  }

  /** Every history is condensed up to its recent turns, each message once, in the order of the path. */
  private async memories(recoveries: Recovery[]): Promise<Counts['imports']> {
    const { lost, doubled, mismatched } = this.findings;
    const counts = { accepted: this.load.imports.length, summarised: 0, givenUp: 0 };
    const { rows } = await this.database.query<{
      conversation_id: string;
      covered: string[];
      path: string[];
    }>(
      `SELECT s.conversation_id, s.covered_message_ids AS covered,
         (SELECT array_agg(m.id ORDER BY m.depth) FROM message m WHERE m.conversation_id = s.conversation_id) AS path
       FROM conversation_summary s`,
    );
    for (const { conversation_id: id, covered, path } of rows) {
      if (new Set(covered).size !== covered.length) doubled.push(`summary of ${id} covers a message twice`);
      if (covered.join() !== path.slice(0, covered.length).join())
        mismatched.push(`summary of ${id} does not cover the beginning of its path`);
    }
    for (const { conversationId, messageIds } of this.load.imports) {
      const stored = await this.texts(
        `SELECT id AS what FROM message WHERE conversation_id = '${conversationId}' ORDER BY depth`,
      );
      if (stored.join() !== messageIds.join())
        doubled.push(`history of ${conversationId} is not as it was accepted`);
      const memory = await this.load.get(`/api/v1/conversations/${conversationId}/memory`);
      if (memory.status === 'idle' && memory.coveredMessageIds.length > 0) counts.summarised++;
      else if (memory.error?.code === 'summary.gave-up' && lossesOf(recoveries, conversationId) >= mostLosses)
        counts.givenUp++;
      else lost.push(`memory of ${conversationId} is ${memory.status}: ${JSON.stringify(memory.error)}`);
    }
    return counts;
  }

  private async doubles(): Promise<void> {
    const { doubled, leftOver } = this.findings;
    doubled.push(
      ...(await this.texts(
        `SELECT 'conversations: ' || count(*) AS what FROM conversation HAVING count(*) <> ${this.load.conversations.length}`,
      )),
      ...(await this.texts(
        `SELECT 'documents: ' || count(*) AS what FROM document HAVING count(*) <> ${this.load.uploads.length * 2}`,
      )),
      ...(await this.texts(
        `SELECT 'statistics of collection ' || s.collection_id || ' count ' || s.chunk_count || ' chunks of ' || count(c.id) AS what
         FROM lexical_stats s LEFT JOIN document d ON d.collection_id = s.collection_id
         LEFT JOIN chunk c ON c.document_id = d.id AND c.version = d.searchable_version
         GROUP BY s.collection_id, s.chunk_count, s.term_total
         HAVING count(c.id) <> s.chunk_count OR coalesce(sum(c.term_count), 0) <> s.term_total`,
      )),
    );
    leftOver.push(
      ...(await this.texts(
        `SELECT 'chunks of document ' || c.document_id || ' that no search finds' AS what FROM chunk c
         JOIN document d ON d.id = c.document_id WHERE d.searchable_version IS DISTINCT FROM c.version
         GROUP BY c.document_id`,
      )),
      ...(await this.texts(`SELECT 'intent of ' || conversation_id AS what FROM summary_intent
         JOIN summary_work USING (conversation_id) WHERE status = 'idle'`)),
    );
  }

  /** Two for each document: its bytes and its text. @returns those of uploads that never got a row. */
  private async objects(): Promise<number> {
    const { leftOver, lost } = this.findings;
    const keys = new Set(await this.world.objects());
    const { rows } = await this.database.query<{ key: string | null; status: string }>(
      `SELECT object_key AS key, status FROM document_version UNION ALL SELECT text_key, status FROM document_version`,
    );
    for (const { key, status } of rows) {
      if (key === null || keys.delete(key) || status === 'failed') continue;
      lost.push(`object ${key}`);
    }
    const known = new Set(
      (await this.texts('SELECT id::text AS what FROM document')).map((id) => `documents/${id}/`),
    );
    let unknown = 0;
    for (const key of keys) {
      const isOfDocument = known.has(key.slice(0, 'documents/'.length + 37));
      if (!isOfDocument && key.endsWith('-original')) unknown++;
      else leftOver.push(`object ${key}`);
    }
    return unknown;
  }

  private async liveJobs(): Promise<string[]> {
    const connection = new Redis(this.world.env.REDIS_URL!, { maxRetriesPerRequest: null });
    const left: string[] = [];
    for (const name of queueNames) {
      const queue = new Queue(name, { connection });
      const counts = await queue.getJobCounts('active', 'waiting', 'delayed', 'prioritized');
      for (const [state, count] of Object.entries(counts))
        if (count > 0) left.push(`${count} ${state} jobs of ${name}`);
      await queue.close();
    }
    connection.disconnect();
    return left;
  }

  private async texts(sql: string): Promise<string[]> {
    return (await this.database.query<{ what: string }>(sql)).rows.map(({ what }) => what);
  }
}

/** Parsers that have outlived the worker that started them. */
async function orphans(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const isParser = (await read('cmdline')).includes(resolve('dist/knowledge/infrastructure/extraction'));
    if (isParser && /^PPid:\s1$/m.test(await read('status')))
      found.push(`process ${pid}, a parser without a worker`);
  }
  return found;
}
