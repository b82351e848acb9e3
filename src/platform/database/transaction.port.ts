/**
 * One database transaction around a piece of work. Repositories that are called inside join it by themselves
 * (AsyncLocalStorage); `JobDispatcher.dispatch` inside it enqueues only after the commit. A nested `run` joins
 * the outer transaction.
 *
 * No I/O to anything else belongs inside: answer log, object store, models and other pool clients call
 * `assertOutside` and throw, since on the embedded database they would wait for the one session it holds.
 */
export abstract class Transaction {
  abstract run<T>(work: () => Promise<T>): Promise<T>;

  /** Runs after the outermost commit; at once when no transaction is open. Never runs after a rollback. */
  abstract afterCommit(effect: () => void): void;

  /** @throws Error (a defect) when a transaction is open on this async path. */
  abstract assertOutside(what: string): void;
}
