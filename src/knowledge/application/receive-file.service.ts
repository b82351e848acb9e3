import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import { ObjectStore } from '../../platform/object-storage/object-store.port.js';
import { crashPoint } from '../../shared/crash-point.js';
import { newId } from '../../shared/ids.js';
import { headBytes } from '../domain/file-content.js';
import { cleanFilename } from '../domain/filename.js';
import { fileEmpty } from '../domain/knowledge-errors.js';
import { originalKey } from '../domain/object-keys.js';
import type { NewVersion } from './document.repository.js';
import { PeekedStream } from './peeked-stream.js';
import { TypeDetector } from './type-detector.port.js';

export interface IncomingFile {
  /** As the client gave it. */
  filename: string;
  /** The part's `Content-Type`; null when it says nothing. */
  declaredType: string | null;
  stream: Readable;
}

/** Takes a file's bytes into the object store, judging type and size on the way. No row knows them yet. */
@Injectable()
export class ReceiveFile {
  constructor(
    private readonly objects: ObjectStore,
    private readonly types: TypeDetector,
    private readonly config: KnowledgeConfig,
  ) {}

  /**
   * Reads the source to its end also when it refuses it, so that what follows on the same connection can be read.
   * @throws AppError `knowledge.file-empty`, `knowledge.type-…`, `request.too-large`
   */
  async receive(documentId: string, file: IncomingFile): Promise<NewVersion> {
    const source = new PeekedStream(file.stream);
    try {
      crashPoint('api.before-object');
      const version = await this.store(documentId, source, file);
      crashPoint('api.after-object');
      return version;
    } catch (error) {
      await source.drain();
      throw error;
    }
  }

  /** Leaves what it does not need of the source unread. @throws as `receive` */
  async store(
    documentId: string,
    source: PeekedStream,
    { filename: given, declaredType }: Omit<IncomingFile, 'stream'>,
  ): Promise<NewVersion> {
    const filename = cleanFilename(given);
    const head = await source.head(headBytes);
    if (head.length === 0) throw fileEmpty();
    const mimeType = await this.types.detect(head, filename, declaredType);
    const objectKey = originalKey(documentId, newId());
    const stored = await this.objects.put(objectKey, source.whole(), this.config.fileLimitBytes);
    return { filename, mimeType, objectKey, ...stored };
  }

  /** For a file that was received and is not needed after all. */
  async discard(version: NewVersion): Promise<void> {
    await this.objects.remove(version.objectKey);
  }
}
