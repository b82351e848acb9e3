import type { Problem } from '../shared/problem.js';

/** What this client reads of the API's objects; `docs/openapi.json` of a server has all of it. */
export interface Collection {
  id: string;
  name: string;
}

export interface Document {
  id: string;
  title: string;
  filename: string;
  status: 'queued' | 'extracting' | 'embedding' | 'indexing' | 'ready' | 'failed';
  progress: {
    stage: string;
    percent: number;
    done: number | null;
    total: number | null;
    unit: string | null;
  };
  metadata: Record<string, unknown>;
  chunkCount: number;
  error: Problem | null;
}

export type AddedDocument = Document & { duplicate: boolean };

export interface Conversation {
  id: string;
}

export interface Citation {
  index: number;
  documentTitle: string | null;
  page: number | null;
  quote: string | null;
}

export interface Message {
  id: string;
  content: string;
  status: 'queued' | 'running' | 'completed' | 'cancelled' | 'failed';
  citations: Citation[];
  model: string | null;
  error: Problem | null;
}

export type AnswerEvent =
  | { type: 'message.started'; data: { message: Message; eventsUrl: string } }
  | { type: 'message.retrieved'; data: { passages: unknown[] } }
  | { type: 'message.delta'; data: { text: string } }
  | { type: 'message.citation'; data: { citation: Citation } }
  | { type: 'message.restarted'; data: { reason: string } }
  | { type: 'message.completed' | 'message.cancelled' | 'message.failed'; data: { message: Message } };

export interface Question {
  content: string;
  /** OpenAI's filter grammar over document metadata. */
  filter?: unknown;
}
