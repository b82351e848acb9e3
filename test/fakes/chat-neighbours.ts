import { KnowledgeAccess } from '../../src/knowledge/application/knowledge-access.port.js';
import type { ContextPreview, PreviewRequest } from '../../src/chat/application/preview-context.service.js';
import { PageReducer, type PageSource } from '../../src/chat/application/page-reducer.port.js';
import { WorkerLiveness, type QueueService } from '../../src/platform/queue/worker-liveness.port.js';
import { queueNames, type QueueName } from '../../src/platform/queue/define-job.js';
import { AppError } from '../../src/shared/app-error.js';
import {
  ConversationMemory,
  type MemoryEnds,
} from '../../src/summary/application/conversation-memory.port.js';
import type { Recall } from '../../src/summary/application/recall.js';

/** Knows the collections and documents that a test gives it, and refuses every filter of the type `bad`. */
export class FakeKnowledgeAccess extends KnowledgeAccess {
  readonly collections = new Set<string>();
  readonly documents = new Set<string>();

  async assertCollections(_: string, collectionIds: string[]): Promise<void> {
    if (collectionIds.every((id) => this.collections.has(id))) return;
    throw new AppError({
      code: 'knowledge.collection-not-found',
      kind: 'not-found',
      message: 'There is no such collection.',
    });
  }

  async visibleDocuments(_: string, documentIds: string[]): Promise<Set<string>> {
    return this.existingDocuments(_, documentIds);
  }

  async existingDocuments(_: string, documentIds: string[]): Promise<Set<string>> {
    return new Set(documentIds.filter((id) => this.documents.has(id)));
  }

  assertFilter(filter: unknown): void {
    if ((filter as { type?: unknown }).type !== 'bad') return;
    throw new AppError({ code: 'request.invalid', kind: 'invalid', message: 'The filter is not valid.' });
  }
}

/** Writes down what it was asked to forget and told of growth. */
export class RecordingMemory extends ConversationMemory {
  readonly grown: string[] = [];
  readonly forgottenMessages: string[][] = [];
  readonly forgottenConversations: string[] = [];

  async endsOf(): Promise<MemoryEnds> {
    return { messageIds: [], excludedUntil: null };
  }

  async findEndingAt(): Promise<null> {
    return null;
  }

  async recall(): Promise<Recall> {
    return { turns: [], fit: 0, terms: [], range: null };
  }

  async pathHasGrown(event: { leafId: string }): Promise<void> {
    this.grown.push(event.leafId);
  }

  async forgetMessages(_: string, __: string, messageIds: string[]): Promise<void> {
    this.forgottenMessages.push(messageIds);
  }

  async forgetConversation(_: string, conversationId: string): Promise<void> {
    this.forgottenConversations.push(conversationId);
  }
}

/** Takes tags away and nothing else: enough to see that only reduced text is stored. */
export class TagStrippingReducer extends PageReducer {
  async reduce({ html, text, title }: PageSource): Promise<{ title: string | null; text: string }> {
    const reduced = text ?? (html ?? '').replaceAll(/<[^>]*>/g, '');
    if (reduced.trim() !== '') return { title: title ?? null, text: reduced };
    throw new AppError({
      code: 'chat.page-without-text',
      kind: 'unprocessable',
      message: 'The page has no text.',
    });
  }
}

export class SwitchableLiveness extends WorkerLiveness {
  served = true;

  async serviceOf(): Promise<QueueService> {
    return { liveWorkers: this.served ? 1 : 0, slots: 16, startedPerSecond: 0 };
  }

  async liveWorkers(): Promise<Record<QueueName, number>> {
    const count = this.served ? 1 : 0;
    return Object.fromEntries(queueNames.map((name) => [name, count])) as Record<QueueName, number>;
  }
}

/** Notes what was asked and answers with one part. */
export class RecordingPreview {
  readonly asked: [conversationId: string, request: PreviewRequest][] = [];

  async preview(_: unknown, conversationId: string, request: PreviewRequest): Promise<ContextPreview> {
    this.asked.push([conversationId, request]);
    return {
      messages: [{ role: 'user', content: request.content, tokens: 1, source: 'question', messageIds: [] }],
      totalTokens: 1,
      fullHistoryTokens: 2,
    };
  }
}
