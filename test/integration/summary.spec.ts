import { SummaryConfig } from '../../src/platform/config/summary.config.js';
import { AppError } from '../../src/shared/app-error.js';
import { newId } from '../../src/shared/ids.js';
import { CondensePathService } from '../../src/summary/application/condense-path.service.js';
import { ConversationMemoryService } from '../../src/summary/application/conversation-memory.service.js';
import { ForgetMemoryService } from '../../src/summary/application/forget-memory.service.js';
import { IndexTurnsService } from '../../src/summary/application/index-turns.service.js';
import { NoteGrowthService } from '../../src/summary/application/note-growth.service.js';
import { PathMemoryService } from '../../src/summary/application/path-memory.service.js';
import { ReadMemoryService } from '../../src/summary/application/read-memory.service.js';
import { RecallTurnsService } from '../../src/summary/application/recall-turns.service.js';
import { RecoverSummariesService } from '../../src/summary/application/recover-summaries.service.js';
import { RemoveDerivedService } from '../../src/summary/application/remove-derived.service.js';
import { RequestSummaryService } from '../../src/summary/application/request-summary.service.js';
import { SaveSummaryService } from '../../src/summary/application/save-summary.service.js';
import { SummariseConversationService } from '../../src/summary/application/summarise-conversation.service.js';
import type { SummariseConversationPayload } from '../../src/summary/application/summarise-conversation.job.js';
import { SummaryQueueService } from '../../src/summary/application/summary-queue.service.js';
import { TurnTokens } from '../../src/summary/application/turn-tokens.js';
import { PostgresSummaryRepository } from '../../src/summary/infrastructure/postgres-summary.repository.js';
import { PostgresSummaryWorkRepository } from '../../src/summary/infrastructure/postgres-summary-work.repository.js';
import { PostgresTurnIndex } from '../../src/summary/infrastructure/postgres-turn-index.js';
import { InMemoryTranscript } from '../fakes/in-memory-transcript.js';
import { JoiningSummariser } from '../fakes/joining-summariser.js';
import { LetterEmbedder } from '../fakes/letter-embedder.js';
import { RecordingJobDispatcher } from '../fakes/recording-job-dispatcher.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { WordTokenCounter } from '../fakes/word-token-counter.js';
import { WordTokenizer } from '../fakes/word-tokenizer.js';
import { waitFor } from '../wait-for.js';
import { openTestDatabase, type TestDatabase } from './database.js';

const ownerId = newId();
const never = new AbortController().signal;
const config: SummaryConfig = Object.assign(new SummaryConfig(), {
  recentTurns: 4,
  recentTokens: 1_000,
  triggerTokens: 20,
  maxTokens: 500,
  inputTokens: 1_000,
});

let store: TestDatabase;
let transcript: InMemoryTranscript;
let summariser: JoiningSummariser;
let embedder: LetterEmbedder;
let jobs: RecordingJobDispatcher;
let memory: ConversationMemoryService;
let reading: ReadMemoryService;
let requests: RequestSummaryService;
let forgetting: ForgetMemoryService;
let worker: SummariseConversationService;
let recovery: RecoverSummariesService;

beforeAll(async () => {
  store = await openTestDatabase();
});
afterAll(() => store.close());

beforeEach(() => {
  const { database, transaction } = store;
  transcript = new InMemoryTranscript();
  summariser = new JoiningSummariser();
  embedder = new LetterEmbedder();
  jobs = new RecordingJobDispatcher();
  const summaries = new PostgresSummaryRepository(database);
  const work = new PostgresSummaryWorkRepository(database);
  const tokens = new TurnTokens(new WordTokenCounter());
  const queue = new SummaryQueueService(work, jobs, transaction);
  const found = new PathMemoryService(summaries, work);
  const turns = new PostgresTurnIndex(database);
  const indexing = new IndexTurnsService(turns, new WordTokenizer(), embedder, tokens);
  const derived = new RemoveDerivedService(summaries, turns);
  forgetting = new ForgetMemoryService(transcript, derived, work, queue, transaction);
  const growth = new NoteGrowthService(transcript, found, queue, tokens, config);
  const recalling = new RecallTurnsService(
    turns,
    indexing,
    new WordTokenizer(),
    embedder,
    new SilentLogger(),
  );
  memory = new ConversationMemoryService(found, growth, forgetting, recalling, tokens);
  reading = new ReadMemoryService(transcript, found, tokens);
  requests = new RequestSummaryService(transcript, queue, reading);
  const saving = new SaveSummaryService(summaries, work, indexing, transaction);
  const condensing = new CondensePathService(summaries, saving, summariser, tokens, config);
  worker = new SummariseConversationService(transcript, work, condensing, queue, transaction);
  recovery = new RecoverSummariesService(work, queue);
});

/** Ten words each: one turn is ten tokens. */
const sentence = (name: string): string => `${name} says something that takes ten words in all, here`;

const talk = (conversationId: string, exchanges: number, prefix = 't', parentId?: string): string[] => {
  const ids: string[] = [];
  for (let at = 0; at < exchanges; at++) {
    ids.push(
      transcript.say(conversationId, 'user', sentence(`${prefix}${at}u`), ids.at(-1) ?? parentId),
      transcript.say(conversationId, 'assistant', sentence(`${prefix}${at}a`)),
    );
  }
  return ids;
};

const grown = (conversationId: string, leafId: string): Promise<void> =>
  store.transaction.run(() =>
    memory.pathHasGrown({ ownerId, conversationId, leafId, requestId: 'request-1' }),
  );

const runJobs = async (): Promise<number> => {
  const taken = jobs.take();
  for (const { payload } of taken) await worker.execute(payload as SummariseConversationPayload, never);
  return taken.length;
};

const read = (conversationId: string, leafId: string | null = null) =>
  reading.read(ownerId, conversationId, leafId);

describe('a conversation that grows', () => {
  it('is left alone until enough turns have aged', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 2);
    await grown(id, said.at(-1)!);
    expect(jobs.take()).toEqual([]);
    expect(await read(id)).toEqual({
      status: 'idle',
      error: null,
      leafId: said.at(-1),
      summary: null,
      ledger: [],
      coversUpToMessageId: null,
      coveredMessageIds: [],
      tokens: { full: 40, context: 40, savedPercent: 0 },
      updatedAt: null,
    });
  });

  it('is condensed but for its newest turns, and says what that saves', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 5);
    await grown(id, said.at(-1)!);
    expect((await read(id)).status).toBe('queued');
    expect(await runJobs()).toBe(1);
    const state = await read(id);
    expect(state).toMatchObject({
      status: 'idle',
      coversUpToMessageId: said[5],
      coveredMessageIds: said.slice(0, 6),
      tokens: { full: 100 },
    });
    expect(state.summary).toContain('t0u');
    expect(state.summary).not.toContain('t3u');
    expect(await memory.endsOf(ownerId, id)).toEqual({ messageIds: [said[5]], excludedUntil: null });
    expect(await memory.findEndingAt(ownerId, id, said[5]!)).toEqual({
      summary: state.summary,
      coveredTokens: 60,
    });
    expect(await memory.findEndingAt(ownerId, id, said[4]!)).toBeNull();
  });

  it('builds each summary on the one before', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 5);
    await grown(id, said.at(-1)!);
    await runJobs();
    const more = talk(id, 3, 'n');
    await grown(id, more.at(-1)!);
    await runJobs();
    const [, second] = summariser.requests;
    expect(second!.previous!.summary).toContain('t0u');
    expect(second!.turns.map(({ messageId }) => messageId)).toEqual([...said.slice(6), ...more.slice(0, 2)]);
    expect((await read(id)).coveredMessageIds).toEqual([...said, ...more.slice(0, 2)]);
  });

  it('takes up what was said while the worker was at it', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 5);
    let more: string[] = [];
    summariser.before = async () => {
      if (more.length > 0) return;
      more = talk(id, 5, 'n');
      await grown(id, more.at(-1)!);
    };
    await grown(id, said.at(-1)!);
    await runJobs();
    const state = await read(id);
    expect(state.status).toBe('idle');
    expect(state.coveredMessageIds).toEqual([...said, ...more].slice(0, 16));
  });

  it('condenses a long history in steps of bounded size', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 200);
    await grown(id, said.at(-1)!);
    await runJobs();
    expect(summariser.requests).toHaveLength(4);
    for (const { turns } of summariser.requests) expect(turns.length).toBeLessThanOrEqual(100);
    expect((await read(id)).coveredMessageIds).toEqual(said.slice(0, -4));
  });

  it('does nothing when the job comes twice', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 5);
    await grown(id, said.at(-1)!);
    const [job] = jobs.take();
    await worker.execute(job!.payload as SummariseConversationPayload, never);
    await worker.execute(job!.payload as SummariseConversationPayload, never);
    expect(summariser.requests).toHaveLength(1);
  });
});

describe('branches', () => {
  it('share what lies before the fork, and nothing behind it', async () => {
    const id = transcript.start(ownerId);
    const trunk = talk(id, 6, 't');
    await grown(id, trunk.at(-1)!);
    await runJobs();
    expect((await read(id)).coveredMessageIds).toEqual(trunk.slice(0, 8));

    const left = talk(id, 6, 'l', trunk.at(-1));
    await grown(id, left.at(-1)!);
    await runJobs();
    const right = talk(id, 1, 'r', trunk.at(-1));
    const onRight = await read(id, right.at(-1));
    expect(onRight.coveredMessageIds).toEqual(trunk.slice(0, 8));
    expect(onRight.summary).not.toContain('l0u');
    const { messageIds, excludedUntil } = await memory.endsOf(ownerId, id);
    const after = await transcript.tail(ownerId, right.at(-1)!, { messageIds, upTo: excludedUntil });
    expect(after.map(({ messageId }) => messageId)).toEqual([...trunk.slice(8), ...right]);

    const onLeft = await read(id, left.at(-1));
    expect(onLeft.coveredMessageIds).toEqual([...trunk, ...left.slice(0, 8)]);
  });
});

describe('POST', () => {
  it('condenses half of a short conversation', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 2);
    expect((await requests.request(ownerId, id, null, 'r')).status).toBe('queued');
    await runJobs();
    expect((await read(id)).coveredMessageIds).toEqual(said.slice(0, 2));
  });

  it('has nothing to do in an empty conversation', async () => {
    const id = transcript.start(ownerId);
    expect(await requests.request(ownerId, id, null, 'r')).toMatchObject({ status: 'idle', leafId: null });
    expect(jobs.take()).toEqual([]);
  });

  it('calls one worker, however often it is repeated', async () => {
    const id = transcript.start(ownerId);
    talk(id, 3);
    await Promise.all(Array.from({ length: 5 }, () => requests.request(ownerId, id, null, 'r')));
    expect(jobs.take()).toHaveLength(1);
  });

  it('is not forgotten when another branch is asked for meanwhile', async () => {
    const id = transcript.start(ownerId);
    const trunk = talk(id, 2);
    const left = talk(id, 2, 'l', trunk.at(-1));
    const right = talk(id, 2, 'r', trunk.at(-1));
    await requests.request(ownerId, id, left.at(-1)!, 'r');
    await requests.request(ownerId, id, right.at(-1)!, 'r');
    await runJobs();
    expect((await read(id, left.at(-1))).coveredMessageIds).toEqual(trunk);
    expect((await read(id, right.at(-1))).coveredMessageIds.length).toBeGreaterThanOrEqual(4);
  });
});

describe('DELETE', () => {
  it('keeps the turns until then out of memory, but not those after', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 5);
    await grown(id, said.at(-1)!);
    await runJobs();
    await forgetting.forgetUntilNow(ownerId, id);
    expect(await read(id)).toMatchObject({
      status: 'idle',
      summary: null,
      coveredMessageIds: [],
      tokens: { full: 100, context: 0, savedPercent: 100 },
    });
    const { messageIds, excludedUntil } = await memory.endsOf(ownerId, id);
    expect(messageIds).toEqual([]);
    expect(excludedUntil! > said.at(-1)!).toBe(true);

    const more = talk(id, 5, 'n');
    await grown(id, more.at(-1)!);
    await runJobs();
    const state = await read(id);
    expect(state.coveredMessageIds).toEqual(more.slice(0, 6));
    expect(state.summary).not.toContain('t0u');

    await requests.request(ownerId, id, null, 'r');
    await runJobs();
    const again = await read(id);
    expect(again.coveredMessageIds).toEqual([...said, ...more.slice(0, 6)]);
    expect(again.summary).toContain('t0u');
  });

  it('voids what a worker has in hand', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 5);
    await grown(id, said.at(-1)!);
    summariser.before = () => forgetting.forgetUntilNow(ownerId, id);
    await runJobs();
    expect(await read(id)).toMatchObject({ status: 'idle', summary: null });
  });
});

describe('deleted messages', () => {
  it('take every summary along that was made of them, and leave the earlier ones', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 5);
    await grown(id, said.at(-1)!);
    await runJobs();
    const more = talk(id, 5, 'n');
    await grown(id, more.at(-1)!);
    await runJobs();
    expect((await read(id)).coveredMessageIds).toHaveLength(16);
    for (const messageId of more.toReversed()) transcript.remove(id, messageId);
    await memory.forgetMessages(ownerId, id, more);
    expect((await read(id)).coveredMessageIds).toEqual(said.slice(0, 6));
  });

  it('void a summary in the making', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 5);
    await grown(id, said.at(-1)!);
    summariser.before = async () => {
      for (const messageId of said.slice(4).toReversed()) transcript.remove(id, messageId);
      await memory.forgetMessages(ownerId, id, said.slice(4));
    };
    await runJobs();
    expect(await read(id)).toMatchObject({ status: 'idle', summary: null, coveredMessageIds: [] });
  });

  it('with their conversation, leave nothing', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 5);
    await grown(id, said.at(-1)!);
    await runJobs();
    await memory.forgetConversation(ownerId, id);
    for (const table of ['conversation_summary', 'summary_work', 'summary_intent']) {
      expect(await store.database.query(`SELECT 1 FROM ${table} WHERE conversation_id = $1`, [id])).toEqual(
        [],
      );
    }
  });
});

describe('failures', () => {
  const unavailable = new AppError({ code: 'model.unavailable', kind: 'unavailable', message: 'Busy.' });
  const misconfigured = new AppError({ code: 'model.misconfigured', kind: 'internal', message: 'No key.' });

  const queued = async (): Promise<string> => {
    const id = transcript.start(ownerId);
    await grown(id, talk(id, 5).at(-1)!);
    return id;
  };

  it('are tried three times, each later, and then stand in the memory', async () => {
    const id = await queued();
    summariser.before = () => Promise.reject(unavailable);
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      const [job] = jobs.take();
      delays.push(job!.delayMs);
      await expect(worker.execute(job!.payload as SummariseConversationPayload, never)).rejects.toThrow(
        'Busy.',
      );
    }
    expect(delays).toEqual([0, 2_000, 4_000]);
    expect(jobs.take()).toEqual([]);
    expect(await read(id)).toMatchObject({
      status: 'failed',
      error: { code: 'model.unavailable', requestId: 'request-1' },
      summary: null,
    });
  });

  it('that no retry cures end at once, and keep the earlier summary; POST tries again', async () => {
    const id = await queued();
    await runJobs();
    const before = await read(id);
    await grown(id, talk(id, 5, 'n').at(-1)!);
    summariser.before = () => Promise.reject(misconfigured);
    await expect(runJobs()).rejects.toThrow('No key.');
    const after = await read(id);
    expect(after).toMatchObject({ status: 'failed', error: { code: 'model.misconfigured' } });
    expect(after.summary).toBe(before.summary);

    summariser.before = async () => undefined;
    await requests.request(ownerId, id, null, 'r');
    await runJobs();
    expect(await read(id)).toMatchObject({ status: 'idle', error: null });
  });

  it('of the process hand the work over without counting', async () => {
    const id = await queued();
    const shutdown = new AbortController();
    summariser.before = async () => shutdown.abort(new Error('Shutting down.'));
    const [job] = jobs.take();
    await worker.execute(job!.payload as SummariseConversationPayload, shutdown.signal);
    expect((await read(id)).coveredMessageIds).toHaveLength(6);
    const [row] = await store.database.query(
      'SELECT status, attempts FROM summary_work WHERE conversation_id = $1',
      [id],
    );
    expect(row).toEqual({ status: 'queued', attempts: 0 });
    expect(jobs.take()).toHaveLength(1);
  });

  it('of a worker are found by its lease, and its late writes are refused', async () => {
    const id = await queued();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    summariser.before = () => (summariser.requests.length === 1 ? held : Promise.resolve());
    const [job] = jobs.take();
    const lost = worker.execute(job!.payload as SummariseConversationPayload, never);
    await waitFor(() => summariser.requests.length === 1);
    await store.database.execute(
      `UPDATE summary_work SET lease_until = now() - interval '1 minute' WHERE conversation_id = $1`,
      [id],
    );
    await waitFor(async () => (await recovery.recover()) > 0);
    expect(await runJobs()).toBe(1);
    const good = await read(id);
    expect(good.status).toBe('idle');
    release();
    await lost;
    expect(await read(id)).toEqual(good);
  });

  it('of three workers in a row end the work', async () => {
    const id = await queued();
    await store.database.execute(
      `UPDATE summary_work SET status = 'running', attempts = 3, lease_until = now() - interval '1 minute'
       WHERE conversation_id = $1`,
      [id],
    );
    await recovery.recover();
    expect(await read(id)).toMatchObject({ status: 'failed', error: { code: 'summary.gave-up' } });
    expect(jobs.take().filter(({ payload }) => JSON.stringify(payload).includes(id))).toHaveLength(1);
  });
});

describe('another owner', () => {
  it('finds nothing', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 5);
    await grown(id, said.at(-1)!);
    await runJobs();
    const stranger = newId();
    const notFound = { code: 'chat.conversation-not-found' };
    await expect(reading.read(stranger, id, null)).rejects.toMatchObject(notFound);
    await expect(requests.request(stranger, id, null, null)).rejects.toMatchObject(notFound);
    await expect(forgetting.forgetUntilNow(stranger, id)).rejects.toMatchObject(notFound);
    expect(await memory.endsOf(stranger, id)).toEqual({ messageIds: [], excludedUntil: null });
    expect(await memory.findEndingAt(stranger, id, said[5]!)).toBeNull();
    await memory.forgetConversation(stranger, id);
    expect((await read(id)).coveredMessageIds).toHaveLength(6);
  });
});

describe('recall', () => {
  const recall = (
    conversationId: string,
    coversUpToMessageId: string | null,
    question: string,
    owner = ownerId,
  ) =>
    memory.recall({
      ownerId: owner,
      conversationId,
      coversUpToMessageId,
      openTurns: [],
      question,
      now: new Date(),
    });
  const grownAndCondensed = async (
    exchanges: number,
  ): Promise<{ id: string; said: string[]; end: string }> => {
    const id = transcript.start(ownerId);
    const said = talk(id, exchanges);
    await grown(id, said.at(-1)!);
    await runJobs();
    return { id, said, end: (await read(id)).coversUpToMessageId! };
  };

  it('finds a condensed turn by its words, its neighbours after it', async () => {
    const { id, said, end } = await grownAndCondensed(12);
    const { turns, fit, terms } = await recall(id, end, 'What about t4u?');
    expect(terms).toEqual(['t4u']);
    expect(fit).toBe(1);
    expect(turns[0]!.messageId).toBe(said[8]);
    expect(turns.slice(1, 3).map(({ messageId }) => messageId)).toContain(said[9]);
  });

  it('knows turns that no summary covers yet', async () => {
    const id = transcript.start(ownerId);
    const said = talk(id, 3);
    const { turns: openTurns } = await transcript.path(ownerId, id, null);
    const scope = { ownerId, conversationId: id, coversUpToMessageId: null, now: new Date() };
    const { turns } = await memory.recall({ ...scope, openTurns, question: 't1a?' });
    expect(turns[0]!.messageId).toBe(said[3]);
  });

  it('stays on the path of the question', async () => {
    const id = transcript.start(ownerId);
    const trunk = talk(id, 6, 't');
    const left = talk(id, 8, 'l', trunk.at(-1));
    await grown(id, left.at(-1)!);
    await runJobs();
    const right = talk(id, 8, 'r', trunk.at(-1));
    await grown(id, right.at(-1)!);
    await runJobs();
    const end = (await read(id, right.at(-1))).coversUpToMessageId!;
    expect((await recall(id, end, 'l0u?')).turns.map(({ messageId }) => messageId)).not.toContain(left[0]);
    expect((await recall(id, end, 'r0u?')).turns[0]!.messageId).toBe(right[0]);
  });

  it('finds what was said at a time by its time alone', async () => {
    const { id, said, end } = await grownAndCondensed(6);
    const { turns, fit, range } = await recall(id, end, 'Quid today?');
    expect(range).not.toBeNull();
    expect(fit).toBe(0);
    expect(turns.map(({ messageId }) => messageId)).toEqual(expect.arrayContaining(said.slice(0, 8)));
    const earlier = await recall(id, end, 'Quid yesterday?');
    expect(earlier.turns.every(({ score }) => score < turns[0]!.score)).toBe(true);
  });

  it('goes on without vectors when the embedding service fails', async () => {
    const { id, said, end } = await grownAndCondensed(6);
    embedder.embedQuery = async () => {
      throw new AppError({ code: 'model.unavailable', kind: 'unavailable', message: 'Down.' });
    };
    expect((await recall(id, end, 't2u?')).turns[0]!.messageId).toBe(said[4]);
  });

  it('is nothing to a stranger, and nothing of nothing', async () => {
    const { id, end } = await grownAndCondensed(6);
    expect((await recall(id, end, 't2u?', newId())).turns).toEqual([]);
    expect((await recall(id, null, 't2u?')).turns).toEqual([]);
    expect((await recall(id, end, '?!')).turns).toEqual([]);
  });

  it('keeps no row of what is forgotten', async () => {
    const tables = ['conversation_turn', 'conversation_summary', 'summary_work', 'summary_intent'];
    const rowsOf = async (conversationId: string): Promise<Record<string, number>> => {
      const counts: Record<string, number> = {};
      for (const table of tables) {
        const [row] = await store.database.query<{ rows: number }>(
          `SELECT count(*)::integer AS rows FROM ${table} WHERE conversation_id = $1`,
          [conversationId],
        );
        counts[table] = row!.rows;
      }
      return counts;
    };
    const derived = { conversation_turn: 0, conversation_summary: 0 };
    const first = await grownAndCondensed(8);
    const second = await grownAndCondensed(8);
    expect(await rowsOf(first.id)).toMatchObject({ conversation_turn: 12, conversation_summary: 1 });

    await memory.forgetMessages(ownerId, first.id, first.said.slice(6));
    expect(await rowsOf(first.id)).toMatchObject({ conversation_turn: 6, conversation_summary: 0 });
    await forgetting.forgetUntilNow(ownerId, first.id);
    expect(await rowsOf(first.id)).toMatchObject(derived);
    await memory.forgetConversation(ownerId, second.id);
    expect(await rowsOf(second.id)).toEqual({ ...derived, summary_work: 0, summary_intent: 0 });
  });
});
