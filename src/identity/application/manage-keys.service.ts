import { Injectable } from '@nestjs/common';
import { AppError } from '../../shared/app-error.js';
import type { Role } from '../../shared/caller.js';
import { isId, newId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/transaction.port.js';
import type { ApiKey } from '../domain/api-key.js';
import { formatKey, newSecret, sha256Of } from './secret.js';
import { ApiKeyRepository } from './api-key.repository.js';

export interface NewKey {
  /** A UUID, or a name that is looked up and made when it is new. */
  owner: string;
  role: Role;
  name: string;
}

export interface CreatedKey {
  id: string;
  ownerId: string;
  /** Shown once; only its hash is kept. */
  key: string;
}

@Injectable()
export class ManageKeys {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly transaction: Transaction,
  ) {}

  create({ owner, role, name }: NewKey): Promise<CreatedKey> {
    return this.transaction.run(async () => {
      const ownerId = isId(owner) ? owner.toLowerCase() : await this.keys.ownerIdOfName(owner);
      await this.keys.ensureOwner(ownerId);
      const id = newId();
      const secret = newSecret();
      await this.keys.insert({ id, ownerId, role, name, secretSha256: sha256Of(secret) });
      return { id, ownerId, key: formatKey({ id, secret }) };
    });
  }

  list(): Promise<ApiKey[]> {
    return this.keys.list();
  }

  /** Takes effect with the next request. Tickets made with the key die with it. */
  async revoke(id: string): Promise<void> {
    if (isId(id) && (await this.keys.revoke(id))) return;
    throw new AppError({
      code: 'identity.key-not-found',
      kind: 'not-found',
      message: 'There is no such key, or it was revoked before. `npm run key -- list` shows them all.',
    });
  }
}
