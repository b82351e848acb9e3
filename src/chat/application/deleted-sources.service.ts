import { Injectable } from '@nestjs/common';
import { KnowledgeAccess } from '../../knowledge/application/knowledge-access.port.js';
import { withoutDeleted, type Citation } from '../domain/citation.js';
import type { Message } from '../domain/message.js';
import type { AnswerEvent } from './answer-log.port.js';
import { toMessageView, type MessageView } from './message-view.js';

interface CitingData {
  citation?: Citation;
  message?: { citations?: Citation[] };
  passages?: { documentId?: string | null }[];
}

/** Takes the details of deleted documents out of everything that is shown again: messages and replayed events. */
@Injectable()
export class DeletedSources {
  constructor(private readonly knowledge: KnowledgeAccess) {}

  async viewsOf(ownerId: string, messages: Message[]): Promise<MessageView[]> {
    const existing = await this.existing(
      ownerId,
      messages.flatMap(({ citations }) => citations.map(({ documentId }) => documentId)),
    );
    return messages.map((message) => toMessageView(message, withoutDeleted(message.citations, existing)));
  }

  async viewOf(ownerId: string, message: Message): Promise<MessageView> {
    return (await this.viewsOf(ownerId, [message]))[0]!;
  }

  async redact(ownerId: string, events: AnswerEvent[]): Promise<AnswerEvent[]> {
    const named = events.flatMap(({ data }) => documentsOf(data as CitingData));
    if (named.every((id) => !id)) return events;
    const existing = await this.existing(ownerId, named);
    return events.map((event) => ({ ...event, data: redacted(event.data as CitingData, existing) }));
  }

  private async existing(ownerId: string, documentIds: (string | null | undefined)[]): Promise<Set<string>> {
    const ids = [...new Set(documentIds.filter((id) => typeof id === 'string'))];
    return ids.length === 0 ? new Set() : this.knowledge.existingDocuments(ownerId, ids);
  }
}

const documentsOf = ({ citation, message, passages }: CitingData): (string | null | undefined)[] => [
  citation?.documentId,
  ...(message?.citations ?? []).map(({ documentId }) => documentId),
  ...(passages ?? []).map(({ documentId }) => documentId),
];

/** Whatever else an event carries stays as it is. */
function redacted(data: CitingData, existing: ReadonlySet<string>): unknown {
  const { citation, message, passages } = data;
  return {
    ...data,
    ...(citation ? { citation: withoutDeleted([citation], existing)[0] } : {}),
    ...(message?.citations
      ? { message: { ...message, citations: withoutDeleted(message.citations, existing) } }
      : {}),
    ...(passages
      ? { passages: passages.filter(({ documentId }) => !documentId || existing.has(documentId)) }
      : {}),
  };
}
