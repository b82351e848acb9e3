import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allMigrations } from '../src/platform/database/migrations/all-migrations.js';

/** The dump of a migrated cluster, kept between runs under the hash of the migrations. */
export async function databaseTemplate(): Promise<ArrayBuffer> {
  const schema = allMigrations.map((migration) => migration.prototype.up.toString()).join('\n');
  const path = join(
    tmpdir(),
    `protostar-template-${createHash('sha256').update(schema).digest('hex').slice(0, 16)}.tar`,
  );
  if (!existsSync(path)) {
    // What it takes is a third of what a test file loads, and is needed once.
    const { makeDatabaseTemplate } = await import('./make-database-template.js');
    await makeDatabaseTemplate(path);
  }
  const bytes = await readFile(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
