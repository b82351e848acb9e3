import { request } from 'node:http';
import type { HostileFile } from './hostile-file.js';

// The fields that are judged; a wrong shape fails the file.
export interface Problem {
  code?: string;
  detail?: string;
  status?: number;
}

export interface DocumentRow {
  id: string;
  filename: string;
  status: string;
  chunkCount: number;
  attempts: number;
  error: Problem | null;
}

export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

const boundary = 'hostile-boundary-7d1f';

/** Asks like an attacker would: the headers are what the file says, not what a library would make of it. */
export class Client {
  private collectionId = '';

  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
  ) {}

  async open(): Promise<void> {
    const found = await this.get('/api/v1/collections?name=default');
    this.collectionId = (JSON.parse(found.body) as { data: { id: string }[] }).data[0]!.id;
  }

  upload({ filename, declaredType = 'application/octet-stream', bytes }: HostileFile): Promise<Answer> {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: ${declaredType}\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return this.send(
      'POST',
      `/api/v1/collections/${this.collectionId}/documents`,
      body,
      `multipart/form-data; boundary=${boundary}`,
    );
  }

  async document(id: string): Promise<DocumentRow> {
    return JSON.parse((await this.get(`/api/v1/documents/${id}`)).body) as DocumentRow;
  }

  async text(id: string): Promise<Answer> {
    return this.get(`/api/v1/documents/${id}/text`);
  }

  async search(query: string): Promise<{ documentId: string; text: string }[]> {
    const found = await this.send(
      'POST',
      '/api/v1/search',
      Buffer.from(JSON.stringify({ query, limit: 3 })),
      'application/json',
    );
    return (JSON.parse(found.body) as { data: { documentId: string; text: string }[] }).data;
  }

  private get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  private send(method: string, path: string, body?: Buffer, contentType?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = body ? { 'content-type': contentType, 'content-length': body.length } : {};
      const sent = request(this.url + path, { method, headers, timeout: this.timeoutMs }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            contentType: response.headers['content-type'] ?? '',
            body: Buffer.concat(parts).toString('utf8'),
          }),
        );
      });
      sent.on('timeout', () =>
        sent.destroy(new Error(`no answer to ${method} ${path} within ${this.timeoutMs} ms`)),
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
