import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface S3Request {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export type S3Answer = (response: ServerResponse, request: S3Request) => void;

export const answer =
  (status: number, body = '', headers: Record<string, string> = {}): S3Answer =>
  (response) =>
    void response.writeHead(status, headers).end(body);

export const refuse = (status: number, code: string, more = ''): S3Answer =>
  answer(status, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message>${more}</Error>`);

/** Takes the request and says nothing. */
export const silence: S3Answer = () => undefined;

export const emptyList = answer(
  200,
  '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>',
);

/** An S3 server that answers what the test says, for what a real one cannot be made to do. */
export class ScriptedS3 {
  readonly requests: S3Request[] = [];
  /** How the next requests are answered; the last one goes for all that follow. */
  answers: S3Answer[] = [];
  private readonly server: Server = createServer((request, response) => void this.serve(request, response));

  static async open(): Promise<ScriptedS3> {
    const script = new ScriptedS3();
    await new Promise<void>((resolve) => script.server.listen(0, '127.0.0.1', resolve));
    return script;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** `PUT ?partNumber=1&uploadId=u` */
  get seen(): string[] {
    return this.requests.map(({ method, url }) => `${method} ${url.replace(/^[^?]*/, '')}`.trim());
  }

  connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body };
    this.requests.push(seen);
    const next = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (!next) throw new Error(`The script has no answer to ${method} ${url}`);
    next(response, seen);
  }
}
