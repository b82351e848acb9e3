import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryRunner } from 'typeorm';

export interface OpenTransaction {
  runner: QueryRunner;
  effects: (() => void)[];
}

/** The transaction that is open on this async path, if any. Shared by `Database` and `TypeormTransaction`. */
export class TransactionContext {
  private readonly storage = new AsyncLocalStorage<OpenTransaction | null>();

  current(): OpenTransaction | null {
    return this.storage.getStore() ?? null;
  }

  enter<T>(open: OpenTransaction | null, work: () => T): T {
    return this.storage.run(open, work);
  }
}
