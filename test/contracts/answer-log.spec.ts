import { DatabaseAnswerLog } from '../../src/chat/infrastructure/database-answer-log.js';
import { InMemoryAnswerLog } from '../fakes/in-memory-answer-log.js';
import { openTestDatabase, type TestDatabase } from '../integration/database.js';
import { answerLogContract } from './answer-log.contract.js';

const inMemory = new InMemoryAnswerLog();
answerLogContract('InMemoryAnswerLog', () => inMemory);

describe('on PostgreSQL', () => {
  let db: TestDatabase;
  let log: DatabaseAnswerLog;

  beforeAll(async () => {
    db = await openTestDatabase();
    log = new DatabaseAnswerLog(db.database, db.notifications, db.transaction);
  });
  afterAll(() => db.close());

  answerLogContract('DatabaseAnswerLog', () => log);

  it('is not used inside a transaction', async () => {
    const use = db.transaction.run(() => log.readAfter('0', 0));
    await expect(use).rejects.toThrow('must not be used inside a transaction');
  });

  it('forgets what a removed message left behind, after a day', async () => {
    const orphan = '00000000-0000-7000-8000-00000000dead';
    await log.open(orphan, 1);
    await log.append(orphan, 1, 0, [{ type: 'message.delta', data: { text: 'a' } }]);
    await db.database.execute("UPDATE answer_writer SET opened_at = now() - interval '2 days'");
    expect(await log.expire(new Date())).toBeGreaterThanOrEqual(1);
    expect(await log.bounds(orphan)).toBeNull();
  });
});
