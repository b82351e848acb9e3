/** One piece of the prompt. `user` and `assistant` alternate after an optional `system`. */
export interface ModelMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** A retrieved passage as the model may cite it: `[n]`, n from 1 in the order given. */
export interface ModelPassage {
  /** 1-based number that a mark names. */
  number: number;
  title: string;
  text: string;
  headings: string[];
  page: number | null;
}

export interface ChatRequest {
  messages: ModelMessage[];
  /** The user's question, as it can be understood by itself. The extractive model answers from it; others find it in `messages`. */
  question: string;
  /** The passages that stand in the prompt. */
  passages: ModelPassage[];
  /** What the answer must rest on: `passages` are of it, even when there are none. Absent: on nothing. */
  grounding?: 'documents' | 'page';
  /** ISO 639-1: `ko` or `en`; which language built-in sentences are in. */
  language: 'ko' | 'en';
  maxOutputTokens?: number;
  signal: AbortSignal;
}

export interface ChatUsage {
  /** As the server reports them; null when it does not. */
  inputTokens: number | null;
  outputTokens: number | null;
}

export type ChatChunk = { type: 'text'; text: string } | { type: 'usage'; usage: ChatUsage };

/**
 * Generates text. Limits: no tools, no images, text only. Errors are AppErrors with `retryable` decided here,
 * once: 429/5xx/connection/time-out → `model.unavailable` (retryable, `retryAfterSeconds` when the server said),
 * a refusal or an unusable answer → `model.refused` / `model.invalid-answer` (not retryable), bad key or unknown
 * model → `model.misconfigured`. Never retries by itself. Aborting `signal` closes the connection and throws
 * the signal's reason.
 */
export abstract class ChatModel {
  /** Shown to clients and in the log, e.g. `extractive` or `gpt-4o-mini`. */
  abstract readonly name: string;
  /** False for the built-in one that only quotes. */
  abstract readonly generative: boolean;

  abstract stream(request: ChatRequest): AsyncIterable<ChatChunk>;
}
