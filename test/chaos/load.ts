import { setTimeout as sleep } from 'node:timers/promises';
import { SseClient, type ReadEvent, type SseRequest } from '../sse-client.js';
import type { Fleet } from './fleet.js';
import { inParallel } from './in-parallel.js';
import { documentOf, historyOf, type Material } from './material.js';
import type { Random } from '../random.js';

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

export interface Question {
  conversationId: string;
  content: string;
  questionId: string;
  answerId: string;
  /** What its client shows in the end. */
  shown: string;
  ids: number[];
  connections: number;
  terminals: string[];
}

interface Asked {
  questionId: string;
  answerId: string;
  /** What came with the answer to the question's own request. */
  seen: ReadEvent[];
}

export interface Upload {
  material: Material;
  documentId: string;
}

export interface Import {
  conversationId: string;
  messageIds: string[];
}

/** How many of each work at the same time. */
export interface LoadSize {
  chats: number;
  uploads: number;
  imports: number;
  /** Of documents that are twenty times as long, 0 to 1. */
  largeShare: number;
}

const terminal = /^message\.(completed|cancelled|failed)$/;
/** Far past whatever a promise of the product allows. */
const longestMs = 90_000;

const waitingOf = (response: Response | null): number =>
  Math.min(Number(response?.headers.get('retry-after') ?? 0) * 1_000, 1_000) || 100;

/** People who use the system while it is killed: whatever was accepted is written down, to be looked for later. */
export class Load {
  readonly questions: Question[] = [];
  readonly uploads: Upload[] = [];
  readonly imports: Import[] = [];
  readonly conversations: string[] = [];
  readonly faults: string[] = [];
  /** Requests that were sent again, because of a cut connection or a 5xx. */
  retries = 0;
  /** Streams that broke and were taken up again. */
  resumed = 0;
  private stopping = false;
  private readonly loops: Promise<void>[] = [];
  private keys = 0;
  private collectionId = '';
  private largeShare = 0;

  constructor(
    private readonly fleet: Fleet,
    private readonly random: Random,
  ) {}

  async start({ chats, uploads, imports, largeShare }: LoadSize): Promise<void> {
    this.largeShare = largeShare;
    const { data } = await this.request('GET', '/api/v1/collections?name=default', {}, this.random);
    this.collectionId = data[0].id;
    const loop = (name: string, turn: (name: string, random: Random) => Promise<void>): void => {
      this.loops.push(this.repeat(name, turn, this.random.fork()));
    };
    for (let index = 0; index < chats; index++) loop(`c${index}`, (name, random) => this.chat(name, random));
    for (let index = 0; index < uploads; index++)
      loop(`u${index}`, (name, random) => this.upload(name, random));
    for (let index = 0; index < imports; index++)
      loop(`i${index}`, (name, random) => this.import(name, random));
  }

  async untilUploaded(count: number): Promise<void> {
    while (this.uploads.length < count) await sleep(100);
  }

  /** What is under way is waited for. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.loops);
  }

  /** The twins of all uploads, in peace. @returns their ids in the same order. */
  async uploadTwins(): Promise<string[]> {
    const ids: string[] = [];
    await inParallel(4, [...this.uploads.entries()], async ([index, { material }]) => {
      ids[index] = await this.post({ ...material, bytes: material.twin }, this.random);
    });
    return ids;
  }

  /** A GET from any API; null when it is not there. */
  get(path: string): Promise<Json> {
    return this.request('GET', path, {}, this.random);
  }

  async readAnew(answerId: string): Promise<string> {
    return (await this.read(answerId, this.random, false)).shown;
  }

  private async repeat(
    name: string,
    turn: (name: string, random: Random) => Promise<void>,
    random: Random,
  ): Promise<void> {
    for (let round = 0; !this.stopping; round++) {
      try {
        await turn(`${name}-${round}`, random);
      } catch (error) {
        this.faults.push(`${name}-${round}: ${(error as Error).message}`);
      }
    }
  }

  private async chat(name: string, random: Random): Promise<void> {
    const conversation = await this.create('/api/v1/conversations', {}, random);
    this.conversations.push(conversation.id);
    const path = `/api/v1/conversations/${conversation.id}/messages`;
    for (let turn = random.between(1, 4); turn > 0; turn--) {
      const content = `q-${name}-${turn} 벽의 무게는 얼마입니까? How heavy is block ${turn}.3?`;
      const mode = random.chance(0.5) ? 'plain' : 'knowledge';
      const { questionId, answerId, seen } = random.chance(0.25)
        ? await this.askStreaming(path, { content, mode }, random)
        : await this.ask(path, { content, mode }, random);
      const read = await this.read(answerId, random, true, seen);
      this.questions.push({ conversationId: conversation.id, content, questionId, answerId, ...read });
    }
  }

  private async ask(path: string, body: object, random: Random): Promise<Asked> {
    const { userMessage, assistantMessage } = await this.create(path, body, random);
    return { questionId: userMessage.id, answerId: assistantMessage.id, seen: [] };
  }

  /** In one request; sent again until its stream has told which message it is. */
  private async askStreaming(path: string, body: object, random: Random): Promise<Asked> {
    const headers = { 'idempotency-key': `key-${++this.keys}` };
    const deadline = Date.now() + longestMs;
    while (Date.now() < deadline) {
      const seen = await this.readOnce(path, { method: 'POST', headers, body }, random);
      const message = seen.map(({ data }) => data.message as Json).find(Boolean);
      if (message) return { questionId: message.parentId, answerId: message.id, seen };
      this.retries++;
      await sleep(100);
    }
    throw new Error(`POST ${path} was not answered within ${longestMs} ms`);
  }

  /** As a browser's `EventSource` does it, with a user who sometimes loses the connection. */
  private async read(
    answerId: string,
    random: Random,
    mayLeave: boolean,
    before: ReadEvent[] = [],
  ): Promise<Pick<Question, 'shown' | 'ids' | 'connections' | 'terminals'>> {
    const seen = [...before];
    const deadline = Date.now() + longestMs;
    const ended = (): boolean => seen.some(({ event }) => terminal.test(event));
    let connections = 0;
    while (!ended()) {
      if (Date.now() > deadline) throw new Error(`answer ${answerId} did not end within ${longestMs} ms`);
      if (connections++ > 0) await sleep(100);
      const last = seen.findLast(({ id }) => id !== undefined)?.id;
      const request = { headers: last === undefined ? undefined : { 'last-event-id': last } };
      const path = `/api/v1/messages/${answerId}/events`;
      seen.push(...(await this.readOnce(path, request, mayLeave ? random : null)));
    }
    this.resumed += Math.max(0, connections - 1);
    const from = seen.findLastIndex(({ event }) => event === 'message.restarted') + 1;
    const deltas = seen.slice(from).filter(({ event }) => event === 'message.delta');
    return {
      shown: deltas.map(({ data }) => data.text).join(''),
      ids: seen.flatMap(({ id }) => (id === undefined ? [] : [Number(id)])),
      connections,
      terminals: seen.flatMap(({ event }) => (terminal.test(event) ? [event] : [])),
    };
  }

  private async readOnce(path: string, request: SseRequest, leaver: Random | null): Promise<ReadEvent[]> {
    const { port } = new URL(await this.fleet.api(this.random));
    let client: SseClient;
    try {
      client = await SseClient.open(Number(port), path, request);
    } catch {
      return [];
    }
    const leaveAfter = leaver?.chance(0.2) ? leaver.between(1, 30) : Infinity;
    await client
      .until(() => client.ended || client.events.length >= leaveAfter, longestMs)
      .catch(() => undefined);
    const events = client.events.slice();
    client.leave();
    if (client.status >= 400 && client.status < 500)
      throw new Error(`${path} ${JSON.stringify(request)}: ${client.status} ${client.raw}`);
    return events;
  }

  private async upload(name: string, random: Random): Promise<void> {
    const material = documentOf(`w${name.replaceAll('-', 'x')}`, random, this.largeShare);
    const documentId = await this.post(material, random);
    this.uploads.push({ material, documentId });
    await this.until(`document ${documentId}`, async () => {
      const { status } = await this.request('GET', `/api/v1/documents/${documentId}`, {}, random);
      return status === 'ready' || status === 'failed';
    });
  }

  private async post({ filename, type, bytes }: Material, random: Random): Promise<string> {
    const body = new FormData();
    body.append('file', new Blob([new Uint8Array(bytes)], { type }), filename);
    const path = `/api/v1/collections/${this.collectionId}/documents`;
    const headers = { 'idempotency-key': `key-${++this.keys}` };
    return (await this.request('POST', path, { body, headers }, random)).data[0].id;
  }

  private async import(name: string, random: Random): Promise<void> {
    const conversation = await this.create('/api/v1/conversations', {}, random);
    this.conversations.push(conversation.id);
    const messages = historyOf(name, random);
    const { data } = await this.create(
      `/api/v1/conversations/${conversation.id}/import`,
      { messages },
      random,
    );
    const messageIds = data.map(({ id }: { id: string }) => id);
    this.imports.push({ conversationId: conversation.id, messageIds });
    await this.until(`memory of ${conversation.id}`, async () => {
      const memory = await this.request('GET', `/api/v1/conversations/${conversation.id}/memory`, {}, random);
      return memory.status === 'idle' || memory.status === 'failed';
    });
  }

  private async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + longestMs;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`${what} did not come to an end within ${longestMs} ms`);
      await sleep(250);
    }
  }

  private create(path: string, body: object, random: Random): Promise<Json> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': `key-${++this.keys}` };
    return this.request('POST', path, { body: JSON.stringify(body), headers }, random);
  }

  /** Again and again, with the same key, at whichever API runs, until one has answered. */
  private async request(method: string, path: string, init: RequestInit, random: Random): Promise<Json> {
    const deadline = Date.now() + longestMs;
    for (;;) {
      let response: Response | null = null;
      try {
        response = await fetch((await this.fleet.api(random)) + path, { method, ...init });
        const text = await response.text();
        if (response.ok) return JSON.parse(text);
        if (response.status < 500 && response.status !== 429)
          throw new Refused(`${method} ${path}: ${response.status} ${text}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      if (Date.now() > deadline) throw new Error(`${method} ${path} was not answered within ${longestMs} ms`);
      this.retries++;
      await sleep(waitingOf(response));
    }
  }
}

class Refused extends Error {}
