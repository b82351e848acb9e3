import { Injectable } from '@nestjs/common';
import { isSettled, type Document } from '../domain/document.js';
import type { ChangeWatch } from './change-watch.js';
import { CollectionRepository } from './collection.repository.js';
import { DocumentChanges } from './document-changes.service.js';
import { DocumentRepository } from './document.repository.js';

export type DocumentEvent =
  | { event: 'document.progress' | 'document.ready' | 'document.failed'; document: Document }
  | { event: 'document.deleted'; documentId: string };

/** Hints can be lost; nobody waits longer than this for what the row says. */
const patienceMs = 5_000;
const pageSize = 100;
/** A collection's stream opens with the state of its newest documents, up to this many. */
const maxOpening = 1_000;

/**
 * The states of documents as they come: the current one first, then each change. Every hint only says where to
 * look; what is told is what the row says. Ends when its signal aborts.
 */
@Injectable()
export class FollowDocuments {
  constructor(
    private readonly documents: DocumentRepository,
    private readonly collections: CollectionRepository,
    private readonly changes: DocumentChanges,
  ) {}

  /** Ends with `document.ready` or `document.failed`, or when the document is deleted. */
  async *document(document: Document, signal: AbortSignal): AsyncGenerator<DocumentEvent> {
    const { ownerId, id, collectionId } = document;
    const watch = await this.watch({ collectionId, documentId: id }, signal);
    try {
      let told: string | undefined;
      for (;;) {
        const current = await this.documents.findById(ownerId, id);
        if (!current) return;
        if (stateOf(current) !== told) yield { event: 'document.progress', document: current };
        told = stateOf(current);
        if (isSettled(current.newest.status)) return yield settled(current);
        if (!(await watch.next(patienceMs))) return;
      }
    } finally {
      watch.close();
    }
  }

  async *collection(
    ownerId: string,
    collectionId: string,
    signal: AbortSignal,
  ): AsyncGenerator<DocumentEvent> {
    const watch = await this.watch({ collectionId }, signal);
    /** Documents in work, by the state that was told last. */
    const inWork = new Map<string, string>();
    try {
      for await (const document of this.opening(ownerId, collectionId)) {
        if (!isSettled(document.newest.status)) inWork.set(document.id, stateOf(document));
        yield { event: 'document.progress', document };
      }
      for (;;) {
        const changes = await watch.next(patienceMs);
        if (!changes) return;
        if (changes.everything && !(await this.isThere(ownerId, collectionId))) return;
        const ids = new Set([...changes.documentIds, ...(changes.everything ? inWork.keys() : [])]);
        for (const id of ids) yield* this.changed(ownerId, id, inWork);
      }
    } finally {
      watch.close();
    }
  }

  private async *changed(
    ownerId: string,
    id: string,
    inWork: Map<string, string>,
  ): AsyncGenerator<DocumentEvent> {
    const document = await this.documents.findById(ownerId, id);
    if (!document) {
      inWork.delete(id);
      return yield { event: 'document.deleted', documentId: id };
    }
    const state = stateOf(document);
    if (inWork.get(id) === state) return;
    yield { event: 'document.progress', document };
    if (isSettled(document.newest.status)) {
      inWork.delete(id);
      yield settled(document);
    } else {
      inWork.set(id, state);
    }
  }

  private async *opening(ownerId: string, collectionId: string): AsyncGenerator<Document> {
    let afterId: string | undefined;
    for (let told = 0; told < maxOpening; told += pageSize) {
      const page = await this.documents.list(ownerId, collectionId, { limit: pageSize, afterId });
      yield* page.data;
      if (page.nextCursor === null) return;
      afterId = page.nextCursor;
    }
  }

  private async isThere(ownerId: string, collectionId: string): Promise<boolean> {
    return (await this.collections.existing(ownerId, [collectionId])).has(collectionId);
  }

  private async watch(
    subject: { collectionId: string; documentId?: string },
    signal: AbortSignal,
  ): Promise<ChangeWatch> {
    const watch = await this.changes.watch(subject);
    if (signal.aborted) watch.close();
    signal.addEventListener('abort', () => watch.close(), { once: true });
    return watch;
  }
}

const settled = (document: Document): DocumentEvent => ({
  event: document.newest.status === 'ready' ? 'document.ready' : 'document.failed',
  document,
});

const stateOf = ({ version, newest }: Document): string =>
  `${version} ${newest.status} ${newest.percent} ${newest.counts?.done} ${newest.attempts}`;
