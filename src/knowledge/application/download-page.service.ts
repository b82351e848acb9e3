import { Injectable } from '@nestjs/common';
import { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import {
  OutgoingHttp,
  OutgoingHttpError,
  type OutgoingResponse,
} from '../../platform/outgoing-http/outgoing-http.port.js';
import { Clock } from '../../platform/time/clock.port.js';
import {
  urlAnsweredError,
  urlRefused,
  urlTooLarge,
  urlTooSlow,
  urlUndecodable,
  urlUnreachable,
} from '../domain/fetch-errors.js';
import { headBytes } from '../domain/file-content.js';
import { canonicalLink, filenameOfUrl } from '../domain/page-address.js';
import { parseRetryAfter } from '../domain/retry-after.js';
import { PeekedStream } from './peeked-stream.js';
import { ReceiveFile } from './receive-file.service.js';
import { RobotsGate } from './robots-gate.service.js';
import type { FetchedVersion, KnownContent, Sighting } from './source.repository.js';

export interface PageRequest {
  url: string;
  documentId: string;
  known: KnownContent;
}

/** With a file: its bytes are in the store, and no row knows them yet. Without one: the server says they are those known. */
export interface Download {
  seen: Sighting;
  file: FetchedVersion | null;
}

/** From a URL into the object store. */
@Injectable()
export class DownloadPage {
  constructor(
    private readonly http: OutgoingHttp,
    private readonly robots: RobotsGate,
    private readonly files: ReceiveFile,
    private readonly config: KnowledgeConfig,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError `knowledge.url-…`, `knowledge.robots-unreadable`, `knowledge.type-…`, `knowledge.file-empty` */
  async download({ url, documentId, known }: PageRequest, signal: AbortSignal): Promise<Download> {
    try {
      const response = await this.http.send({
        url,
        headers: conditions(known),
        maxBytes: this.config.fileLimitBytes,
        admit: (address) => this.robots.admit(address, signal),
        signal,
      });
      try {
        return await this.receive(response, documentId, known);
      } finally {
        response.body.destroy();
      }
    } catch (error) {
      throw error instanceof OutgoingHttpError ? this.explain(error) : error;
    }
  }

  async discard(file: FetchedVersion): Promise<void> {
    await this.files.discard(file);
  }

  private async receive(
    { status, headers, url, body }: OutgoingResponse,
    documentId: string,
    known: KnownContent,
  ): Promise<Download> {
    const validators = {
      etag: validator(headers['etag']),
      lastModified: validator(headers['last-modified']),
    };
    if (status === 304 && known.sha256 !== null) {
      const { etag, lastModified } = validators;
      const seen = { etag: etag ?? known.etag, lastModified: lastModified ?? known.lastModified };
      return { seen: { ...seen, canonicalUrl: null }, file: null };
    }
    if (status !== 200) {
      throw urlAnsweredError(status, parseRetryAfter(headers['retry-after'], this.clock.now()));
    }
    const source = new PeekedStream(body);
    const head = await source.head(headBytes);
    const declaredType = headers['content-type'] ?? null;
    const filename = filenameOfUrl(url.href, declaredType);
    const stored = await this.files.store(documentId, source, { filename, declaredType });
    const ownName = stored.mimeType === 'text/html' ? canonicalLink(head.toString('utf8'), url.href) : null;
    const seen = { canonicalUrl: ownName ?? url.href, ...validators };
    return { seen, file: { ...stored, ...seen } };
  }

  private explain(error: OutgoingHttpError): Error {
    switch (error.failure) {
      case 'refused':
        return urlRefused(error);
      case 'unreachable':
        return urlUnreachable(error);
      case 'too-slow':
        return urlTooSlow(error);
      case 'too-large':
        return urlTooLarge(this.config.fileLimitBytes);
      case 'undecodable':
        return urlUndecodable(error);
    }
  }
}

const conditions = ({ sha256, etag, lastModified }: KnownContent): Record<string, string> =>
  sha256 === null
    ? {}
    : {
        ...(etag === null ? {} : { 'if-none-match': etag }),
        ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
      };

/** Sent back as it came; what a server could not send again is not kept. */
const validator = (value: string | undefined): string | null =>
  value !== undefined && /^[\x20-\x7e]{1,500}$/.test(value) ? value : null;
