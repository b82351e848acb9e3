import type { SseEvent } from '../../platform/http/sse-stream.js';
import type { DocumentEvent } from '../application/follow-documents.service.js';
import type { Document } from '../domain/document.js';
import { DocumentDto } from './document.dto.js';

/** Only the end has an id: every stream opens with the current state, so that there is nothing else to resume. */
export const terminalEventId = ({ updatedAt }: Document): number => updatedAt.getTime();

export function toSseEvent(event: DocumentEvent): SseEvent {
  if (event.event === 'document.deleted') {
    return { event: event.event, data: { documentId: event.documentId } };
  }
  const document = DocumentDto.from(event.document);
  const { id: documentId, status, progress, error } = document;
  const data = { documentId, status, progress, document };
  if (event.event === 'document.progress') return { event: event.event, data };
  const id = terminalEventId(event.document);
  return { id, event: event.event, data: event.event === 'document.failed' ? { ...data, error } : data };
}
