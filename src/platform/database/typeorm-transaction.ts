import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TransactionContext } from './transaction-context.js';
import { Transaction } from './transaction.port.js';

@Injectable()
export class TypeormTransaction extends Transaction {
  constructor(
    private readonly dataSource: DataSource,
    private readonly context: TransactionContext,
  ) {
    super();
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.context.current()) return work();
    const runner = this.dataSource.createQueryRunner();
    const effects: (() => void)[] = [];
    try {
      await runner.startTransaction();
      const result = await this.context.enter({ runner, effects }, work);
      await runner.commitTransaction();
      return this.afterwards(effects, result);
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      throw error;
    } finally {
      await runner.release();
    }
  }

  afterCommit(effect: () => void): void {
    const open = this.context.current();
    if (open) open.effects.push(effect);
    else effect();
  }

  assertOutside(what: string): void {
    if (this.context.current()) throw new Error(`${what} must not be used inside a transaction.`);
  }

  /** Effects run outside: what they start must not believe that the finished transaction is still open. */
  private afterwards<T>(effects: (() => void)[], result: T): T {
    this.context.enter(null, () => {
      for (const effect of effects) effect();
    });
    return result;
  }
}
