import { AnswerClaims } from '../../src/chat/application/answer-claims.js';
import { AnswerComposer } from '../../src/chat/application/answer-composer.js';
import { AnswerDrafts } from '../../src/chat/application/answer-drafts.js';
import { AnswerEnding } from '../../src/chat/application/answer-ending.js';
import type { AnswerEvent, AnswerLog } from '../../src/chat/application/answer-log.port.js';
import { ContextBuilder } from '../../src/chat/application/context-builder.js';
import { ConversationHistory } from '../../src/chat/application/conversation-history.js';
import { GenerateAnswerService } from '../../src/chat/application/generate-answer.service.js';
import { MarkVerifier } from '../../src/chat/application/mark-verifier.js';
import { PassageFinder } from '../../src/chat/application/passage-finder.js';
import { RelevantSearch } from '../../src/chat/application/relevant-search.js';
import { CarriedWords } from '../../src/chat/application/carried-words.js';
import { ModelQuestionRewriter } from '../../src/chat/application/model-question-rewriter.js';
import { QuestionRewriter } from '../../src/chat/application/question-rewriter.js';
import { QuestionContext } from '../../src/chat/application/question-context.js';
import { ReviveAnswers } from '../../src/chat/application/revive-answers.service.js';
import { TokenCosts } from '../../src/chat/application/token-costs.js';
import type { AnswerMode, Message, PageText } from '../../src/chat/domain/message.js';
import { DatabaseAnswerLog } from '../../src/chat/infrastructure/database-answer-log.js';
import { DatabaseConversationRepository } from '../../src/chat/infrastructure/database-conversation.repository.js';
import { DatabaseMessageRepository } from '../../src/chat/infrastructure/database-message.repository.js';
import {
  PassageNeighbours,
  type NeighbourPassage,
} from '../../src/knowledge/application/passage-neighbours.port.js';
import type { Passage } from '../../src/knowledge/application/passage.js';
import { WordRarity } from '../../src/knowledge/application/word-rarity.port.js';
import {
  SearchPassages,
  type PassageQuery,
  type PassageResult,
} from '../../src/knowledge/application/search-passages.port.js';
import { AnsweringConfig } from '../../src/platform/config/answering.config.js';
import { FilePromptLibrary } from '../../src/platform/models/file-prompt-library.js';
import type { Tokenizer } from '../../src/platform/text/tokenizer.port.js';
import { LOCAL_OWNER_ID, type Caller } from '../../src/shared/caller.js';
import { newId } from '../../src/shared/ids.js';
import { SystemClock } from '../../src/platform/time/system-clock.js';
import { PostgresWebhookEvents } from '../../src/webhooks/infrastructure/postgres-webhook-events.js';
import { FakeKnowledgeAccess, RecordingMemory } from '../fakes/chat-neighbours.js';
import { RecordingJobDispatcher } from '../fakes/recording-job-dispatcher.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { SteeredChatModel } from '../fakes/steered-chat-model.js';
import { WordTokenCounter } from '../fakes/word-token-counter.js';
import { WordTokenizer } from '../fakes/word-tokenizer.js';
import { openTestDatabase, type TestDatabase } from './database.js';

/** Finds the passages that a test gives it. */
class GivenPassages extends SearchPassages {
  passages: Passage[] = [];
  relevance: PassageResult['relevance'];
  readonly asked: { caller: Caller; query: PassageQuery }[] = [];

  async search(caller: Caller, query: PassageQuery): Promise<PassageResult> {
    this.asked.push({ caller, query });
    const { passages, relevance } = this;
    return { passages, relevance, trace: { given: passages.length } };
  }
}

/** Long words are rare. */
class WordLengths extends WordRarity {
  async of(_: Caller, __: string[] | undefined, words: string[]): Promise<number[]> {
    return words.map((word) => (word.length > 3 ? word.length : 0));
  }
}

class GivenNeighbours extends PassageNeighbours {
  neighbours: NeighbourPassage[] = [];

  async around(_: string, passageIds: string[]): Promise<NeighbourPassage[]> {
    return this.neighbours.filter(({ ofId }) => passageIds.includes(ofId));
  }
}

const databaseLog = ({ database, notifications, transaction }: TestDatabase): AnswerLog =>
  new DatabaseAnswerLog(database, notifications, transaction);

/** The chat worker's services over a real database and log; the model and the neighbours are the test's. */
export class AnswerWorld {
  readonly model = new SteeredChatModel();
  readonly search = new GivenPassages();
  readonly config = Object.assign(new AnsweringConfig(), { retries: 2 });
  readonly rarity = new WordLengths();
  readonly surroundings = new GivenNeighbours();
  readonly knowledge = new FakeKnowledgeAccess();
  readonly memory = new RecordingMemory();
  readonly jobs = new RecordingJobDispatcher();
  readonly logger = new SilentLogger();
  readonly messages: DatabaseMessageRepository;
  readonly conversations: DatabaseConversationRepository;
  readonly claims: AnswerClaims;
  readonly answers: GenerateAnswerService;
  readonly revive: ReviveAnswers;

  private constructor(
    readonly test: TestDatabase,
    readonly log: AnswerLog,
    tokenizer: Tokenizer,
  ) {
    const { database, transaction, notifications } = test;
    const { config } = this;
    const tokens = new TokenCosts(new WordTokenCounter());
    this.messages = new DatabaseMessageRepository(database);
    this.conversations = new DatabaseConversationRepository(database);
    this.claims = new AnswerClaims(this.messages, notifications, transaction, this.jobs, this.logger);
    const history = new ConversationHistory(this.messages, this.memory, tokens, new SystemClock());
    const finder = new PassageFinder(
      new RelevantSearch(this.search, this.model, config),
      this.surroundings,
      new QuestionRewriter(
        new ModelQuestionRewriter(this.model, new FilePromptLibrary(), this.logger),
        new CarriedWords(this.rarity, tokenizer),
        config,
      ),
      tokenizer,
      config,
    );
    const contexts = new ContextBuilder(history, finder, new FilePromptLibrary(), tokens, config);
    this.answers = new GenerateAnswerService(
      this.claims,
      new AnswerDrafts(this.log, new MarkVerifier(this.knowledge, tokenizer)),
      new QuestionContext(this.messages, this.conversations, contexts),
      new AnswerComposer(this.model, tokens, config, this.logger),
      new AnswerEnding(
        transaction,
        this.messages,
        this.memory,
        this.log,
        new PostgresWebhookEvents(database, notifications, new SystemClock()),
      ),
    );
    this.revive = new ReviveAnswers(this.messages, transaction, this.jobs, this.logger);
  }

  static async open(
    logOf: (test: TestDatabase) => AnswerLog = databaseLog,
    tokenizer: Tokenizer = new WordTokenizer(),
  ): Promise<AnswerWorld> {
    const test = await openTestDatabase();
    const world = new AnswerWorld(test, logOf(test), tokenizer);
    await world.claims.onApplicationBootstrap();
    return world;
  }

  async close(): Promise<void> {
    this.claims.onApplicationShutdown();
    await this.test.close();
  }

  /** A stored question with its queued answer. @returns the answer's id. */
  async ask(
    content: string,
    options: { mode?: AnswerMode; page?: PageText; parent?: Message; systemPrompt?: string } = {},
  ): Promise<string> {
    const { mode = 'knowledge', page, parent, systemPrompt = null } = options;
    const ownerId = LOCAL_OWNER_ID;
    const conversationId = parent?.conversationId ?? newId();
    if (!parent) {
      const conversation = { id: conversationId, ownerId, title: null, collectionIds: null, systemPrompt };
      await this.conversations.insert(conversation);
    }
    const depth = parent ? parent.depth + 1 : 0;
    const question = newId();
    const answer = newId();
    const shared = { ownerId, conversationId, mode };
    await this.messages.insert([
      {
        ...shared,
        id: question,
        parentId: parent?.id ?? null,
        depth,
        role: 'user',
        status: 'completed',
        content,
        page,
      },
      { ...shared, id: answer, parentId: question, depth: depth + 1, role: 'assistant', status: 'queued' },
    ]);
    return answer;
  }

  run(messageId: string, shutdown: AbortSignal = new AbortController().signal): Promise<void> {
    return this.answers.execute(messageId, shutdown);
  }

  async message(id: string): Promise<Message> {
    return (await this.messages.findById(LOCAL_OWNER_ID, id))!;
  }

  events(id: string): Promise<AnswerEvent[]> {
    return this.log.readAfter(id, 0, 10_000);
  }

  /** A document that is visible, with one passage; `charStart` as if text stood before it. */
  passage(text: string, charStart = 0): Passage {
    const documentId = newId();
    this.knowledge.documents.add(documentId);
    return {
      id: newId(),
      documentId,
      documentVersion: 1,
      documentTitle: 'Manual',
      collectionId: newId(),
      text,
      context: '',
      headings: [],
      page: 2,
      charStart,
      charEnd: charStart + text.length,
      score: 1,
      scores: {},
    };
  }

  /** As if the worker that holds the claim had died a while ago. */
  async loseLease(id: string): Promise<void> {
    await this.test.database.execute(
      `UPDATE message SET lease_until = now() - interval '1 second' WHERE id = $1`,
      [id],
    );
  }
}
