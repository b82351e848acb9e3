/**
 * Data of a log line: ids, counts, durations, an `error`. Never prompts, documents, answers, keys or names
 * that people gave.
 */
export type LogFields = Record<string, unknown>;

/** Structured log: a static message, data as fields. The request id of the current context is added by itself. */
export abstract class Logger {
  abstract debug(message: string, fields?: LogFields): void;
  abstract info(message: string, fields?: LogFields): void;
  abstract warn(message: string, fields?: LogFields): void;
  /** Pass what was thrown as `fields.error`. */
  abstract error(message: string, fields?: LogFields): void;
}
