import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { TransactionContext } from './transaction-context.js';

/** SQL, inside the open `Transaction` when there is one. For infrastructure only. */
@Injectable()
export class Database {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionContext,
  ) {}

  /** Rows of a SELECT, or those that an INSERT, UPDATE or DELETE returns. Values as `pg` reads them. */
  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const { records } = await this.withRunner((runner) => runner.query(sql, parameters, true));
    return records as Row[];
  }

  /** @returns how many rows the statement touched. */
  async execute(sql: string, parameters: unknown[] = []): Promise<number> {
    const { affected } = await this.withRunner((runner) => runner.query(sql, parameters, true));
    return affected ?? 0;
  }

  private async withRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const open = this.transactions.current();
    if (open) return work(open.runner);
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
  }
}
