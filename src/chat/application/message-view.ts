import type { Problem } from '../../shared/problem.js';
import type { Citation, DeletedCitation } from '../domain/citation.js';
import type { AnswerMode, AnswerUsage, Message, MessageRole, MessageStatus } from '../domain/message.js';

/** A message as clients see it, over HTTP and in events alike. Times are ISO-8601 UTC. */
export interface MessageView {
  id: string;
  conversationId: string;
  parentId: string | null;
  role: MessageRole;
  content: string;
  status: MessageStatus;
  mode: AnswerMode;
  citations: (Citation | DeletedCitation)[];
  usage: AnswerUsage | null;
  model: string | null;
  error: Problem | null;
  createdAt: string;
  completedAt: string | null;
}

export const toMessageView = (
  message: Message,
  citations: (Citation | DeletedCitation)[] = message.citations,
): MessageView => ({
  id: message.id,
  conversationId: message.conversationId,
  parentId: message.parentId,
  role: message.role,
  content: message.content,
  status: message.status,
  mode: message.mode,
  citations,
  usage: message.usage,
  model: message.model,
  error: message.error,
  createdAt: message.createdAt.toISOString(),
  completedAt: message.completedAt?.toISOString() ?? null,
});

/** Absolute path of an answer's event stream. */
export const eventsUrlOf = (messageId: string): string => `/api/v1/messages/${messageId}/events`;

/** A question and the answer that was started for it. */
export interface StartedAnswer {
  userMessage: MessageView;
  assistantMessage: MessageView;
  eventsUrl: string;
}

export const startedAnswer = (question: Message, answer: Message): StartedAnswer => ({
  userMessage: toMessageView(question),
  assistantMessage: toMessageView(answer),
  eventsUrl: eventsUrlOf(answer.id),
});
