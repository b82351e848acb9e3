import type { Problem } from '../../shared/problem.js';
import type { Citation } from './citation.js';

export const answerModes = ['knowledge', 'page', 'plain'] as const;
export type AnswerMode = (typeof answerModes)[number];

export type MessageRole = 'user' | 'assistant';
export type MessageStatus = 'queued' | 'running' | 'completed' | 'cancelled' | 'failed';

export interface AnswerUsage {
  inputTokens: number;
  outputTokens: number;
  /** The prompt's conversation part as sent, and what the whole history would have taken. */
  contextTokens: number;
  fullHistoryTokens: number;
  citationsDropped: number;
}

/** The web page that a question is about, reduced to text. `url` is a label and is never fetched. */
export interface PageText {
  url: string | null;
  title: string | null;
  text: string;
}

/** One message of a conversation's tree. A question is `completed` from the start; an answer is worked on. */
export interface Message {
  id: string;
  ownerId: string;
  conversationId: string;
  parentId: string | null;
  /** 0 for a root: the order along a path. */
  depth: number;
  role: MessageRole;
  content: string;
  /** Speaker of an imported message. */
  name: string | null;
  status: MessageStatus;
  mode: AnswerMode;
  /** Of a question: OpenAI's filter grammar, validated before it was stored. */
  filter: unknown;
  citations: Citation[];
  usage: AnswerUsage | null;
  model: string | null;
  error: Problem | null;
  /** The request that caused it. */
  requestId: string | null;
  epoch: number;
  attempts: number;
  dispatch: number;
  cancelRequestedAt: Date | null;
  /** Sequence of the terminal event; null while unfinished, or when the log alone knows it. */
  lastSequence: number | null;
  createdAt: Date;
  completedAt: Date | null;
}

export const isUnfinished = ({ status }: Pick<Message, 'status'>): boolean =>
  status === 'queued' || status === 'running';

/** As in summaries: what failed or is still being written was not said. */
export const isTurn = ({ status, content }: Pick<Message, 'status' | 'content'>): boolean =>
  (status === 'completed' || status === 'cancelled') && content !== '';

/** As it stands in a prompt: an imported speaker goes before what was said. */
export const asTurn = ({
  id,
  role,
  content,
  name,
}: Pick<Message, 'id' | 'role' | 'content' | 'name'>): {
  messageId: string;
  role: MessageRole;
  content: string;
} => ({
  messageId: id,
  role,
  content: name ? `${name}: ${content}` : content,
});
