import { Injectable } from '@nestjs/common';
import { newId } from '../../shared/ids.js';
import { Database } from '../../platform/database/database.js';
import { ApiKeyRepository, type StoredApiKey } from '../application/api-key.repository.js';
import type { ApiKey } from '../domain/api-key.js';

const publicColumns = `
  k.id, k.owner_id AS "ownerId", o.name AS "ownerName", k.role, k.name,
  k.created_at AS "createdAt", k.revoked_at AS "revokedAt"`;

/** The tables `owner` and `api_key`. Operators see every owner's keys; no client reads them. */
@Injectable()
export class SqlApiKeyRepository extends ApiKeyRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async findById(id: string): Promise<StoredApiKey | undefined> {
    const [key] = await this.database.query<StoredApiKey>(
      `SELECT ${publicColumns}, k.secret_sha256 AS "secretSha256"
       FROM api_key k JOIN owner o ON o.id = k.owner_id WHERE k.id = $1`,
      [id],
    );
    return key;
  }

  async list(): Promise<ApiKey[]> {
    return this.database.query<ApiKey>(
      `SELECT ${publicColumns} FROM api_key k JOIN owner o ON o.id = k.owner_id ORDER BY k.id DESC`,
    );
  }

  async insert(key: Omit<StoredApiKey, 'ownerName' | 'createdAt' | 'revokedAt'>): Promise<void> {
    await this.database.execute(
      'INSERT INTO api_key (id, owner_id, role, name, secret_sha256) VALUES ($1, $2, $3, $4, $5)',
      [key.id, key.ownerId, key.role, key.name, key.secretSha256],
    );
  }

  async revoke(id: string): Promise<boolean> {
    const revoked = await this.database.query(
      'UPDATE api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING id',
      [id],
    );
    return revoked.length === 1;
  }

  async ownerIdOfName(name: string): Promise<string> {
    await this.database.execute(
      'INSERT INTO owner (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
      [newId(), name],
    );
    const [owner] = await this.database.query<{ id: string }>('SELECT id FROM owner WHERE name = $1', [name]);
    if (!owner) throw new Error('The owner that was just made is not there.');
    return owner.id;
  }

  async ensureOwner(ownerId: string): Promise<void> {
    await this.database.execute('INSERT INTO owner (id) VALUES ($1) ON CONFLICT (id) DO NOTHING', [ownerId]);
  }
}
