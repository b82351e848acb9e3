import type { ApiKey } from '../domain/api-key.js';

export interface StoredApiKey extends ApiKey {
  secretSha256: string;
}

export abstract class ApiKeyRepository {
  /** Revoked ones included. */
  abstract findById(id: string): Promise<StoredApiKey | undefined>;
  /** Newest first, revoked ones included. */
  abstract list(): Promise<ApiKey[]>;
  abstract insert(key: Omit<StoredApiKey, 'ownerName' | 'createdAt' | 'revokedAt'>): Promise<void>;
  /** @returns false when there is no such key, or it was revoked before. */
  abstract revoke(id: string): Promise<boolean>;
  /** The owner of this name, made when there is none. */
  abstract ownerIdOfName(name: string): Promise<string>;
  /** Makes the owner known; harmless when it is. */
  abstract ensureOwner(ownerId: string): Promise<void>;
}
