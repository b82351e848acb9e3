import { pathToFileURL } from 'node:url';
import { ContextBuilder } from '../src/chat/application/context-builder.js';
import { ConversationHistory } from '../src/chat/application/conversation-history.js';
import { ChatTranscriptSource } from '../src/chat/application/chat-transcript-source.js';
import { ImportHistory, type ImportedMessage } from '../src/chat/application/import-history.service.js';
import { MessageInput } from '../src/chat/application/message-input.service.js';
import { PassageFinder } from '../src/chat/application/passage-finder.js';
import { PreviewContext, type ContextPreview } from '../src/chat/application/preview-context.service.js';
import { StartAnswer } from '../src/chat/application/start-answer.service.js';
import { TokenCosts } from '../src/chat/application/token-costs.js';
import { DatabaseConversationRepository } from '../src/chat/infrastructure/database-conversation.repository.js';
import { DatabaseMessageRepository } from '../src/chat/infrastructure/database-message.repository.js';
import { AnsweringConfig } from '../src/platform/config/answering.config.js';
import { ChatHttpConfig } from '../src/platform/config/chat-http.config.js';
import { SummaryConfig } from '../src/platform/config/summary.config.js';
import type { Embedder } from '../src/platform/models/embedder.port.js';
import { FilePromptLibrary } from '../src/platform/models/file-prompt-library.js';
import { O200kTokenCounter } from '../src/platform/models/o200k-token-counter.js';
import type { Tokenizer } from '../src/platform/text/tokenizer.port.js';
import { Clock } from '../src/platform/time/clock.port.js';
import { newId } from '../src/shared/ids.js';
import { CondensePathService } from '../src/summary/application/condense-path.service.js';
import { ConversationMemoryService } from '../src/summary/application/conversation-memory.service.js';
import { ForgetMemoryService } from '../src/summary/application/forget-memory.service.js';
import { IndexTurnsService } from '../src/summary/application/index-turns.service.js';
import { NoteGrowthService } from '../src/summary/application/note-growth.service.js';
import { PathMemoryService } from '../src/summary/application/path-memory.service.js';
import { ReadMemoryService } from '../src/summary/application/read-memory.service.js';
import { RecallTurnsService } from '../src/summary/application/recall-turns.service.js';
import { RemoveDerivedService } from '../src/summary/application/remove-derived.service.js';
import { SaveSummaryService } from '../src/summary/application/save-summary.service.js';
import { SummariseConversationService } from '../src/summary/application/summarise-conversation.service.js';
import { SummaryQueueService } from '../src/summary/application/summary-queue.service.js';
import { TurnTokens } from '../src/summary/application/turn-tokens.js';
import { ExtractiveSummariser } from '../src/summary/infrastructure/extractive-summariser.js';
import { PostgresSummaryRepository } from '../src/summary/infrastructure/postgres-summary.repository.js';
import { PostgresSummaryWorkRepository } from '../src/summary/infrastructure/postgres-summary-work.repository.js';
import { PostgresTurnIndex } from '../src/summary/infrastructure/postgres-turn-index.js';
import { FakeKnowledgeAccess, TagStrippingReducer } from '../test/fakes/chat-neighbours.js';
import { DrainableJobs } from '../test/fakes/drainable-jobs.js';
import { SilentLogger } from '../test/fakes/silent-logger.js';
import { openTestDatabase, type TestDatabase } from '../test/integration/database.js';
import { caller } from './retrieval-harness.js';

export const counter = new O200kTokenCounter();
/** Run from the project's root, as npm does. */
export const prompts = new FilePromptLibrary(pathToFileURL(`${process.cwd()}/prompts/`));

/** Search, neighbours and rewriting are for questions about documents: memory is measured by plain ones. */
const unused = undefined as never;

/** What "yesterday" counts from is the conversation's matter, and not today's. */
class SettableClock extends Clock {
  at = new Date();

  now(): Date {
    return this.at;
  }
}

/** The product's own import, summary worker and context over an embedded database, in one process and without HTTP. */
export class MemoryHarness {
  readonly reading: ReadMemoryService;
  readonly clock = new SettableClock();
  private readonly jobs: DrainableJobs;
  private readonly worker: SummariseConversationService;
  private readonly importing: ImportHistory;
  private readonly previews: PreviewContext;
  private readonly conversations: DatabaseConversationRepository;

  private constructor(
    private readonly opened: TestDatabase,
    tokenizer: Tokenizer,
    embedder: Embedder,
  ) {
    const { database, transaction } = opened;
    const logger = new SilentLogger();
    const config = new SummaryConfig();
    this.jobs = new DrainableJobs(transaction);
    this.conversations = new DatabaseConversationRepository(database);
    const messages = new DatabaseMessageRepository(database);
    const transcripts = new ChatTranscriptSource(this.conversations, messages);
    const summaries = new PostgresSummaryRepository(database);
    const work = new PostgresSummaryWorkRepository(database);
    const turns = new PostgresTurnIndex(database);
    const tokens = new TurnTokens(counter);
    const queue = new SummaryQueueService(work, this.jobs, transaction);
    const paths = new PathMemoryService(summaries, work);
    const indexing = new IndexTurnsService(turns, tokenizer, embedder, tokens);
    const forgetting = new ForgetMemoryService(
      transcripts,
      new RemoveDerivedService(summaries, turns),
      work,
      queue,
      transaction,
    );
    const memory = new ConversationMemoryService(
      paths,
      new NoteGrowthService(transcripts, paths, queue, tokens, config),
      forgetting,
      new RecallTurnsService(turns, indexing, tokenizer, embedder, logger),
      tokens,
    );
    this.reading = new ReadMemoryService(transcripts, paths, tokens);
    const saving = new SaveSummaryService(summaries, work, indexing, transaction);
    const summariser = new ExtractiveSummariser(tokenizer, counter);
    const condensing = new CondensePathService(summaries, saving, summariser, tokens, config);
    this.worker = new SummariseConversationService(transcripts, work, condensing, queue, transaction);

    const knowledge = new FakeKnowledgeAccess();
    const input = new MessageInput(new ChatHttpConfig(), new TagStrippingReducer());
    const start = new StartAnswer(this.conversations, messages, this.jobs);
    this.importing = new ImportHistory(this.conversations, messages, input, start, memory);
    const costs = new TokenCosts(counter);
    const answering = new AnsweringConfig();
    const contexts = new ContextBuilder(
      new ConversationHistory(messages, memory, costs, this.clock),
      new PassageFinder(unused, unused, unused, tokenizer, answering),
      prompts,
      costs,
      answering,
    );
    this.previews = new PreviewContext(this.conversations, messages, contexts, input, knowledge);
  }

  static async open(tokenizer: Tokenizer, embedder: Embedder): Promise<MemoryHarness> {
    return new MemoryHarness(await openTestDatabase(), tokenizer, embedder);
  }

  async start(): Promise<string> {
    const id = newId();
    const conversation = {
      id,
      ownerId: caller.ownerId,
      title: null,
      collectionIds: null,
      systemPrompt: null,
    };
    await this.conversations.insert(conversation);
    return id;
  }

  /** Appends the turns and lets the summary worker run until it rests. @returns the ids of the turns. */
  async append(conversationId: string, turns: ImportedMessage[]): Promise<string[]> {
    const stored = await this.opened.transaction.run(() =>
      this.importing.import(caller.ownerId, conversationId, turns, null),
    );
    const failures = await this.jobs.drain({
      'summarise-conversation': (payload) => this.worker.execute(payload, new AbortController().signal),
    });
    if (failures.length > 0) throw new AggregateError(failures, 'The summary worker failed.');
    return stored.map(({ id }) => id);
  }

  context(conversationId: string, content: string, budgetTokens: number): Promise<ContextPreview> {
    return this.previews.preview(caller, conversationId, { content, mode: 'plain', budgetTokens });
  }

  close(): Promise<void> {
    return this.opened.close();
  }
}
