import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import { ObjectStore } from '../../platform/object-storage/object-store.port.js';
import { AppError } from '../../shared/app-error.js';
import { crashPoint } from '../../shared/crash-point.js';
import type { Chunk } from '../domain/chunk.js';
import { fileLost, tooManyChunks } from '../domain/knowledge-errors.js';
import { epochOfText, textsOfVersion } from '../domain/object-keys.js';
import { DocumentChunker } from './document-chunker.port.js';
import type { ProgressCounts } from '../domain/progress-counts.js';
import type { Claim, StoredClaim } from './ingestion.repository.js';
import { TextExtractor } from './text-extractor.port.js';

export interface ReadHooks {
  onProgress(counts: ProgressCounts): void;
  signal: AbortSignal;
}

/** The store's own words tell an owner nothing. */
const asFileLost = (error: unknown): never => {
  throw error instanceof AppError && error.code === 'object.not-found' ? fileLost(error) : error;
};

export interface ReadText {
  chunks: Chunk[];
  /** As the document itself states it. */
  title: string | null;
}

/** From a file's stored bytes to its stored text and its chunks. */
@Injectable()
export class ReadFile {
  constructor(
    private readonly objects: ObjectStore,
    private readonly extractor: TextExtractor,
    private readonly chunker: DocumentChunker,
    private readonly config: KnowledgeConfig,
  ) {}

  async read(claim: StoredClaim, textKey: string, hooks: ReadHooks): Promise<ReadText> {
    const { mimeType, filename, sizeBytes, objectKey } = claim;
    const open = (): Promise<Readable> => this.objects.get(objectKey).catch(asFileLost);
    const extracted = await this.extractor.extract({ mimeType, filename, sizeBytes, open }, hooks);
    hooks.signal.throwIfAborted();
    const text = Buffer.from(extracted.text);
    crashPoint('knowledge.before-object');
    await this.objects.put(textKey, Readable.from([text], { objectMode: false }), text.length);
    crashPoint('knowledge.after-object');
    const chunks = await this.chunker.chunk(extracted, hooks.signal);
    const limit = this.config.chunksPerDocument;
    if (chunks.length > limit) throw tooManyChunks(limit);
    return { chunks, title: extracted.title };
  }

  /** What lost attempts have left. Another worker may have taken over: a later one's text is not ours to remove. */
  async discardEarlierTexts({ documentId, version, epoch }: Claim): Promise<void> {
    const keys: string[] = [];
    for await (const { key } of this.objects.list(textsOfVersion(documentId, version))) keys.push(key);
    for (const key of keys) if (epochOfText(key) < epoch) await this.objects.remove(key);
  }

  async discardText(textKey: string): Promise<void> {
    await this.objects.remove(textKey);
  }
}
