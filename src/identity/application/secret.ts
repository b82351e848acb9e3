import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, base64url: 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** A plain hash is right for a secret that nobody chose: there is no dictionary of 256 random bits. */
export const sha256Of = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** In constant time. */
export function isSecretOf(secret: string, sha256: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Of(secret), 'hex'), Buffer.from(sha256, 'hex'));
}

export interface PresentedKey {
  id: string;
  secret: string;
}

const keyPattern = /^ps_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

/** What the person who makes a key is shown, once. The id inside finds the row without a search by secret. */
export const formatKey = ({ id, secret }: PresentedKey): string => `ps_${id.replaceAll('-', '')}_${secret}`;

export function parseKey(text: string): PresentedKey | undefined {
  const [, hex, secret] = keyPattern.exec(text) ?? [];
  if (hex === undefined || secret === undefined) return undefined;
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { id, secret };
}
