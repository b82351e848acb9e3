import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { AnswerLog, type NewAnswerEvent } from '../../src/chat/application/answer-log.port.js';
import { DeletedSources } from '../../src/chat/application/deleted-sources.service.js';
import {
  MessageRepository,
  type AnswerEnd,
  type LeaseState,
} from '../../src/chat/application/message.repository.js';
import {
  toMessageView,
  type MessageView,
  type StartedAnswer,
} from '../../src/chat/application/message-view.js';
import { PreviewContext } from '../../src/chat/application/preview-context.service.js';
import { PageReducer } from '../../src/chat/application/page-reducer.port.js';
import { chatControllers, chatHttpProviders } from '../../src/chat/chat-http.providers.js';
import { ChatTranscriptModule } from '../../src/chat/chat-transcript.module.js';
import { DatabaseAnswerLog } from '../../src/chat/infrastructure/database-answer-log.js';
import { KnowledgeAccess } from '../../src/knowledge/application/knowledge-access.port.js';
import { SseModule } from '../../src/platform/http/sse.module.js';
import { JobDispatcher } from '../../src/platform/queue/job-dispatcher.port.js';
import { WorkerLiveness } from '../../src/platform/queue/worker-liveness.port.js';
import { ConversationMemory } from '../../src/summary/application/conversation-memory.port.js';
import {
  FakeKnowledgeAccess,
  RecordingMemory,
  RecordingPreview,
  SwitchableLiveness,
  TagStrippingReducer,
} from '../fakes/chat-neighbours.js';
import { RecordingJobDispatcher } from '../fakes/recording-job-dispatcher.js';
import { SseClient } from '../sse-client.js';
import { startProbe, type Probe, type ProbeAnswer } from './http-probe.js';

@Module({})
class ChatWorldModule {}

/** The chat's HTTP side over a real database and log; the worker is the test's hand, the neighbours are fakes. */
export class ChatWorld {
  readonly knowledge = new FakeKnowledgeAccess();
  readonly memory = new RecordingMemory();
  readonly jobs = new RecordingJobDispatcher();
  readonly liveness = new SwitchableLiveness();
  readonly preview = new RecordingPreview();
  probe: Probe;
  messages: MessageRepository;
  log: AnswerLog;

  /** @param log provides the `AnswerLog`. */
  static async open(
    environment: Record<string, string> = {},
    log: Provider = { provide: AnswerLog, useClass: DatabaseAnswerLog },
  ): Promise<ChatWorld> {
    const world = new ChatWorld();
    const neighbours = [
      { provide: KnowledgeAccess, useValue: world.knowledge },
      { provide: ConversationMemory, useValue: world.memory },
      { provide: JobDispatcher, useValue: world.jobs },
      { provide: WorkerLiveness, useValue: world.liveness },
      { provide: PreviewContext, useValue: world.preview },
      { provide: PageReducer, useValue: new TagStrippingReducer() },
      log,
    ];
    const chat: DynamicModule = {
      module: ChatWorldModule,
      imports: [ChatTranscriptModule, SseModule],
      providers: [...neighbours, DeletedSources, ...chatHttpProviders],
      controllers: chatControllers,
    };
    world.probe = await startProbe([], environment, { imports: [chat] });
    world.messages = world.probe.app.get(MessageRepository, { strict: false });
    world.log = world.probe.app.get(AnswerLog, { strict: false });
    return world;
  }

  /** Brings about what becomes of the log of an answer some time after its end. */
  letLogExpire: () => Promise<unknown> = () => this.log.expire(new Date(Date.now() + 60_000));

  close(): Promise<void> {
    return this.probe.close();
  }

  get(path: string, headers: Record<string, string> = {}): Promise<ProbeAnswer> {
    return this.probe.send(`/api/v1${path}`, { headers });
  }

  post(path: string, body?: object, headers: Record<string, string> = {}): Promise<ProbeAnswer> {
    return this.probe.send(`/api/v1${path}`, { method: 'POST', body, headers });
  }

  patch(path: string, body: object, headers: Record<string, string> = {}): Promise<ProbeAnswer> {
    return this.probe.send(`/api/v1${path}`, { method: 'PATCH', body, headers });
  }

  delete(path: string): Promise<ProbeAnswer> {
    return this.probe.send(`/api/v1${path}`, { method: 'DELETE' });
  }

  async conversation(given: object = {}): Promise<string> {
    return (await this.post('/conversations', given)).json<{ id: string }>().id;
  }

  async ask(conversationId: string, question: object = {}): Promise<StartedAnswer> {
    const answer = await this.post(`/conversations/${conversationId}/messages`, {
      content: 'Why?',
      mode: 'plain',
      ...question,
    });
    if (answer.status !== 202) throw new Error(`${answer.status} ${answer.text}`);
    return answer.json<StartedAnswer>();
  }

  events(messageId: string, after?: string, headers: Record<string, string> = {}): Promise<SseClient> {
    const query = after === undefined ? '' : `?after=${after}`;
    return SseClient.open(this.probe.port, `/api/v1/messages/${messageId}/events${query}`, { headers });
  }

  /** Takes the answer as a worker would. */
  async claim(messageId: string): Promise<ScriptedWorker> {
    const claimed = await this.messages.claim(messageId, 60_000);
    if (!claimed) throw new Error(`The answer ${messageId} is not there to be claimed.`);
    const { lastSequence } = await this.log.open(messageId, claimed.epoch);
    return new ScriptedWorker(this, messageId, claimed.epoch, lastSequence);
  }

  /** What the renewal of a worker's lease finds. */
  async renewed({ messageId: id, epoch }: ScriptedWorker): Promise<LeaseState | undefined> {
    return (await this.messages.renewLeases([{ id, epoch }], 1_000)).get(id);
  }

  /** A question that is answered from the first to the last event. */
  async answered(conversationId: string, content: string, question: object = {}): Promise<StartedAnswer> {
    const started = await this.ask(conversationId, question);
    const worker = await this.claim(started.assistantMessage.id);
    await worker.say(content);
    await worker.end({ content });
    return started;
  }

  async message(id: string): Promise<MessageView> {
    return (await this.get(`/messages/${id}`)).json<MessageView>();
  }
}

/** The worker's part, played by hand: append, commit the end, append the terminal event. */
export class ScriptedWorker {
  constructor(
    private readonly world: ChatWorld,
    readonly messageId: string,
    readonly epoch: number,
    private last: number,
  ) {}

  async append(...events: NewAnswerEvent[]): Promise<void> {
    this.last = await this.world.log.append(this.messageId, this.epoch, this.last, events);
  }

  say(...texts: string[]): Promise<void> {
    return this.append(...texts.map((text) => ({ type: 'message.delta' as const, data: { text } })));
  }

  /** The commit without the terminal event: what a worker that dies right then leaves. */
  async commit(end: Partial<AnswerEnd> = {}): Promise<MessageView> {
    const finished = await this.world.messages.finish(this.messageId, this.epoch, {
      status: 'completed',
      content: '',
      citations: [],
      usage: null,
      model: 'scripted',
      error: null,
      trace: null,
      lastSequence: this.last + 1,
      ...end,
    });
    if (!finished) throw new Error('The claim was lost.');
    return toMessageView(finished);
  }

  async end(end: Partial<AnswerEnd> = {}): Promise<void> {
    const message = await this.commit(end);
    const data = end.status === 'failed' ? { message, error: message.error } : { message };
    await this.append({ type: `message.${end.status ?? 'completed'}`, data });
  }
}
