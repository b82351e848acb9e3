import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../logging/logger.port.js';

/** A store that cannot serve us; the message says which setting names it. The start stops with it. */
export class StoreRefusedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreRefusedError';
  }
}

export interface StoreName {
  /** As operators call it: `PostgreSQL`. */
  name: string;
  /** The environment variable that says where it is. */
  setting: string;
  /** Where it is, without credentials. */
  address: string;
}

/** No waiting makes these certificates good (codes of Node.js' TLS). */
const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const firstDelayMs = 200;
const mostDelayMs = 5_000;

/**
 * Tries until it works: servers of one deployment start in any order. The delay doubles, with jitter.
 * @param attempt is told how many milliseconds are left.
 * @throws StoreRefusedError at once when the attempt does, or when `patienceMs` have passed.
 */
export async function connectPatiently(
  store: StoreName,
  patienceMs: number,
  logger: Logger,
  attempt: (leftMs: number) => Promise<void>,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, mostDelayMs)) {
    try {
      await attempt(Math.max(1, deadline - Date.now()));
      return;
    } catch (error) {
      if (error instanceof StoreRefusedError) throw error;
      const pauseMs = Math.round(delayMs * (0.5 + Math.random() / 2));
      const reason = reasonOf(error);
      if (untrusted.has(String((error as { code?: unknown }).code)))
        throw new StoreRefusedError(
          `The certificate of ${store.name} at ${store.address} is not trusted (${reason}). Check ${store.setting}; for a certificate authority of your own, NODE_EXTRA_CA_CERTS names the file with its certificate.`,
          { cause: error },
        );
      if (Date.now() + pauseMs >= deadline)
        throw new StoreRefusedError(
          `${store.name} at ${store.address} could not be reached within ${Math.round(patienceMs / 1_000)} s (${reason}). Check ${store.setting}.`,
          { cause: error },
        );
      logger.warn('store.unreachable', { store: store.name, address: store.address, reason, pauseMs });
      await sleep(pauseMs);
    }
  }
}

/** An AggregateError (several addresses tried) has no message of its own. */
const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
};
