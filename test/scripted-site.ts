import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface SiteRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export type SiteAnswer = (response: ServerResponse, request: SiteRequest) => void;

export const page =
  (body: string | Buffer, headers: Record<string, string> = {}, status = 200): SiteAnswer =>
  (response) => {
    const length = status === 304 || status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
    response
      .writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...length, ...headers })
      .end(body);
  };

export const redirect =
  (location: string, status = 302): SiteAnswer =>
  (response) =>
    void response.writeHead(status, { location }).end();

/** A web site on loopback that serves what the test says; anything else is 404. */
export class ScriptedSite {
  readonly requests: SiteRequest[] = [];
  connections = 0;
  /** By path, without the query. */
  readonly pages = new Map<string, SiteAnswer>();
  private readonly server: Server = createServer((request, response) => void this.serve(request, response));

  static async open(): Promise<ScriptedSite> {
    const site = new ScriptedSite();
    site.server.on('connection', () => site.connections++);
    await new Promise<void>((resolve) => site.server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `127.0.0.1:40123` */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  url(path: string, name = '127.0.0.1'): string {
    return `http://${name}:${this.port}${path}`;
  }

  serves(path: string, answer: SiteAnswer): this {
    this.pages.set(path, answer);
    return this;
  }

  /** `GET /a?b`, in order. */
  get seen(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  openConnections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const seen = {
      method: request.method ?? '',
      path,
      headers: request.headers,
      body: await buffer(request),
    };
    this.requests.push(seen);
    const answer = this.pages.get(path.replace(/\?.*$/, '')) ?? page('Not here.', {}, 404);
    answer(response, seen);
  }
}
