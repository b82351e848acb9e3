import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Respond = (response: ServerResponse, request: IncomingMessage, body: Buffer) => void | Promise<void>;

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** An HTTP server on loopback that says what the test prepared, and 500 to anything else. */
export class ScriptedProtostar {
  readonly seen: SeenRequest[] = [];
  private readonly routes = new Map<string, Respond[]>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedProtostar> {
    const server = createServer();
    const scripted = new ScriptedProtostar(server);
    server.on('request', (request, response) => void scripted.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers in the order given; the last one repeats. */
  on(route: string, ...answers: Respond[]): this {
    this.routes.set(route, answers);
    return this;
  }

  requestsTo(route: string): SeenRequest[] {
    return this.seen.filter(({ method, path }) => `${method} ${path.split('?')[0]!}` === route);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = '', url = '', headers } = request;
    this.seen.push({ method, path: url, headers, body });
    const answers = this.routes.get(`${method} ${url.split('?')[0]!}`);
    const unprepared = json(500, { detail: `The test has prepared no answer to ${method} ${url}.` });
    const answer = (answers && answers.length > 1 ? answers.shift() : answers?.[0]) ?? unprepared;
    await answer(response, request, body);
  }
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Respond =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

export interface ScriptedEvent {
  id?: number;
  event: string;
  data: unknown;
}

/** Sends the events; then ends the response, or cuts the connection when `cut`. */
export const events =
  (list: ScriptedEvent[], options: { cut?: boolean } = {}): Respond =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 1000\n: here\n\n');
    for (const { id, event, data } of list) {
      const idLine = id === undefined ? '' : `id: ${id}\n`;
      response.write(`${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
    if (options.cut) setImmediate(() => response.destroy());
    else response.end();
  };
