import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { randomUUID } from 'node:crypto';
import { ConnectionError, pauseFor, ServerError, type Connection } from './connection.js';
import { readEvents } from './event-stream.js';
import type { AddedDocument, Collection, Document } from './types.js';

const reconnectAfterMs = 500;
/** Broken or refused connections in a row before the server counts as gone. */
const mostReconnects = 20;

/** Collections and documents. */
export class KnowledgeClient {
  constructor(private readonly connection: Connection) {}

  /** The caller's collection of that name, made when there is none. */
  async collectionNamed(name: string): Promise<Collection> {
    const found = await this.findCollection(name);
    if (found) return found;
    try {
      return await this.connection.json<Collection>('POST', '/api/v1/collections', { json: { name } });
    } catch (error) {
      // Somebody else made it in between.
      const existing = error instanceof ServerError && error.status === 409;
      const collection = existing ? await this.findCollection(name) : undefined;
      if (collection) return collection;
      throw error;
    }
  }

  /**
   * Streams a file in. The same bytes in the same collection answer with the document that is already there.
   * @param onProgress bytes sent so far.
   */
  async addFile(
    collectionId: string,
    path: string,
    options: { metadata: Record<string, unknown>; onProgress(bytes: number): void; signal: AbortSignal },
  ): Promise<AddedDocument> {
    const boundary = `protostar-${randomUUID()}`;
    const { data } = await this.connection.json<{ data: [AddedDocument] }>(
      'POST',
      `/api/v1/collections/${collectionId}/documents`,
      {
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
        body: ReadableStream.from(multipart(boundary, path, options)),
        signal: options.signal,
      },
    );
    return data[0];
  }

  /** Each change of the document, from its present state until it is `ready` or `failed`. */
  async *followDocument(documentId: string, signal: AbortSignal): AsyncGenerator<Document> {
    const path = `/api/v1/documents/${documentId}`;
    for (let attempts = 0; attempts < mostReconnects; attempts++) {
      try {
        const response = await this.connection.request('GET', `${path}/events`, { signal });
        for await (const { type } of readEvents(response)) {
          if (!type.startsWith('document.')) continue;
          attempts = 0;
          const document = await this.connection.json<Document>('GET', path, { signal });
          yield document;
          if (isFinal(document)) return;
        }
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
      }
      signal.throwIfAborted();
      await pauseFor(reconnectAfterMs, signal);
    }
    throw new ConnectionError('The server went away while it read the document.', { cause: null });
  }

  changeMetadata(documentId: string, metadata: Record<string, unknown>): Promise<Document> {
    return this.connection.json('PATCH', `/api/v1/documents/${documentId}`, { json: { metadata } });
  }

  private async findCollection(name: string): Promise<Collection | undefined> {
    const query = new URLSearchParams({ name });
    const { data } = await this.connection.json<{ data: Collection[] }>(
      'GET',
      `/api/v1/collections?${query.toString()}`,
    );
    return data.find((collection) => collection.name === name);
  }
}

const isFinal = ({ status }: Document): boolean => status === 'ready' || status === 'failed';

/** A form with the file and its metadata, made while it is sent: the file is never held in memory. */
async function* multipart(
  boundary: string,
  path: string,
  options: { metadata: Record<string, unknown>; onProgress(bytes: number): void },
): AsyncGenerator<Uint8Array> {
  // As browsers write names into this header.
  const filename = basename(path).replace(
    /["\r\n]/g,
    (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
  const part = (head: string): Buffer =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}`);
  yield part(`name="metadata"\r\n\r\n${JSON.stringify(options.metadata)}\r\n`);
  yield part(`name="file"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`);
  let sent = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    yield chunk;
    sent += chunk.length;
    options.onProgress(sent);
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}
