import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ChatCall {
  model: string;
  messages: { role: string; content: string }[];
  max_tokens?: number;
  stream?: boolean;
}

/** What the server does with one chat completion. */
export interface ChatScript {
  /** One delta each. */
  deltas?: string[];
  /** Awaited before the delta at this position (`deltas.length`: before the end); a test lets the answer go on. */
  pauses?: Record<number, Promise<unknown>>;
  finish?: 'stop' | 'length' | 'content_filter';
  usage?: { prompt_tokens: number; completion_tokens: number };
  fault?: ChatFault;
}

export type ChatFault =
  /** Instead of an answer. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; code?: string }
  /** Never answers at all. */
  | { kind: 'hang' }
  /** A finished answer without choices. */
  | { kind: 'empty-choices' }
  | { kind: 'refusal' }
  /** After the deltas: */
  | { kind: 'hang-after' }
  | { kind: 'cut' }
  | { kind: 'end-early' }
  | { kind: 'invalid-json' };

export interface EmbeddingScript {
  status?: number;
  headers?: Record<string, string>;
  /** Makes the vectors; default: words hashed into `dimensions` numbers. */
  vectorOf?: (text: string) => unknown;
  hang?: boolean;
  /** Before the answer. */
  delayMs?: number;
}

export interface RerankCall {
  model: string;
  query: string;
  documents: string[];
  top_n: number;
}

export interface RerankScript {
  status?: number;
  headers?: Record<string, string>;
  hang?: boolean;
  /** The whole answer; default: documents by how many of the question's words they have, best first. */
  answer?: (call: RerankCall) => unknown;
}

export interface ChatRecord {
  call: ChatCall;
  authorization: string | undefined;
  /** The client has closed the connection before the answer's end. */
  aborted: boolean;
}

type Answer = string | ChatScript;

/**
 * An OpenAI-compatible server on loopback whose answers a test scripts. `answers` are used up in order; after the
 * last, `answer` decides; without one the request fails loudly with 500.
 */
export class OpenAiServer {
  readonly chats: ChatRecord[] = [];
  readonly embeddingInputs: string[][] = [];
  readonly reranks: { call: RerankCall; authorization: string | undefined }[] = [];
  rerank: RerankScript = {};
  /** Embedding requests whose connection the client has closed before the answer. */
  embeddingsAborted = 0;
  readonly answers: Answer[] = [];
  answer: ((call: ChatCall) => Answer) | undefined;
  embedding: EmbeddingScript = {};
  dimensions = 64;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OpenAiServer> {
    const server = createServer();
    const scripted = new OpenAiServer(server);
    server.on('request', (request, response) => {
      scripted.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await jsonOf(request);
    if (request.url === '/v1/chat/completions') {
      await this.chat(body as ChatCall, request.headers.authorization, response);
    } else if (request.url === '/v1/embeddings') {
      response.on('close', () => {
        if (!response.writableFinished) this.embeddingsAborted++;
      });
      await this.embed(body as { input: string | string[] }, response);
    } else if (request.url === '/v1/rerank') {
      this.reranks.push({ call: body as RerankCall, authorization: request.headers.authorization });
      const { hang, status = 200, headers, answer = rerankedByWords } = this.rerank;
      if (!hang) sendJson(response, status, answer(body as RerankCall), headers);
    } else sendJson(response, 404, { error: { message: 'No such route.' } });
  }

  private async chat(
    call: ChatCall,
    authorization: string | undefined,
    response: ServerResponse,
  ): Promise<void> {
    const record: ChatRecord = { call, authorization, aborted: false };
    this.chats.push(record);
    response.on('close', () => (record.aborted = !response.writableFinished));
    const answer = this.answers.shift() ?? this.answer?.(call);
    if (answer === undefined) {
      sendJson(response, 500, { error: { message: 'The test has prepared no further answer.' } });
      return;
    }
    await play(typeof answer === 'string' ? { deltas: deltasOf(answer) } : answer, call, response);
  }

  private async embed({ input }: { input: string | string[] }, response: ServerResponse): Promise<void> {
    const texts = Array.isArray(input) ? input : [input];
    this.embeddingInputs.push(texts);
    const { hang, status, headers, vectorOf = (text: string) => this.hashed(text), delayMs } = this.embedding;
    if (hang) return;
    if (delayMs) await sleep(delayMs);
    if (status) {
      sendJson(response, status, { error: { message: 'scripted' } }, headers);
      return;
    }
    const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }));
    sendJson(response, 200, { object: 'list', data, usage: { prompt_tokens: 1, total_tokens: 1 } });
  }

  private hashed(text: string): number[] {
    const vector = Array.from({ length: this.dimensions }, () => 0.001);
    for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
      let hash = 7;
      for (const char of word) hash = (hash * 31 + char.codePointAt(0)!) % 1_000_003;
      vector[hash % this.dimensions]! += 1;
    }
    return vector;
  }
}

const rerankedByWords = ({ query, documents }: RerankCall): object => {
  const scoreOf = (text: string): number =>
    query.split(' ').filter((word) => text.split(' ').includes(word)).length;
  const results = documents.map((text, index) => ({ index, relevance_score: scoreOf(text) }));
  return { results: results.toSorted((a, b) => b.relevance_score - a.relevance_score) };
};

/** Small, and sometimes inside a surrogate pair, as real servers send them. */
const deltasOf = (text: string): string[] => text.match(/[\s\S]{1,7}/g) ?? [];

const play = async (script: ChatScript, call: ChatCall, response: ServerResponse): Promise<void> => {
  const { fault, deltas = [], pauses = {} } = script;
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'status') {
    const error = { message: 'scripted', code: fault.code ?? null, type: 'scripted' };
    sendJson(response, fault.status, { error }, fault.headers);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (data: unknown): void => void response.write(`data: ${JSON.stringify(data)}\n\n`);
  const choice = (delta: object, finish: string | null = null): object =>
    chunkOf(call, { choices: [{ index: 0, delta, finish_reason: finish }] });
  if (fault?.kind !== 'empty-choices') send(choice({ role: 'assistant', content: '' }));
  for (const [index, content] of deltas.entries()) {
    await pauses[index];
    send(choice({ content }));
  }
  await pauses[deltas.length];
  switch (fault?.kind) {
    case 'hang-after':
      return;
    case 'cut':
      // what was written must be on its way before the connection breaks
      response.write(': cut\n\n', () => response.destroy());
      return;
    case 'end-early':
      response.end();
      return;
    case 'invalid-json':
      response.end('data: {"choices": [{"delta": \n\n');
      return;
    case 'refusal':
      send(choice({ refusal: 'I cannot help with that.' }));
      break;
    case 'empty-choices':
      send(chunkOf(call, { choices: [] }));
      break;
    case undefined:
      send(choice({}, script.finish ?? 'stop'));
  }
  if (script.usage) send(chunkOf(call, { choices: [], usage: { ...script.usage, total_tokens: 0 } }));
  response.end('data: [DONE]\n\n');
};

const chunkOf = ({ model }: ChatCall, more: object): object => ({
  id: 'chatcmpl-scripted',
  object: 'chat.completion.chunk',
  created: 0,
  model,
  ...more,
});

const sendJson = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

const jsonOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
};
