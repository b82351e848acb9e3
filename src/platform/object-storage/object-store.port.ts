import type { Readable } from 'node:stream';

export interface StoredObject {
  sizeBytes: number;
  /** Lower-case hex SHA-256 of the bytes, computed while they passed. */
  sha256: string;
}

/** How a browser is to take the bytes behind a link. */
export interface DownloadHeaders {
  /** The link works for this method alone. */
  method: 'GET' | 'HEAD';
  contentType: string;
  contentDisposition: string;
}

/** Bytes by key. Keys are made by us (`/`-separated segments of [A-Za-z0-9._-], no mere number), never by a client. */
export abstract class ObjectStore {
  /**
   * Streams the bytes in, all or nothing: a failed or aborted source leaves no object.
   * @param maxBytes more than this fails with `request.too-large` (kind `too-large`).
   */
  abstract put(key: string, source: Readable, maxBytes: number): Promise<StoredObject>;

  /**
   * @param range byte positions, both inclusive.
   * @throws AppError kind `not-found`, code `object.not-found`.
   */
  abstract get(key: string, range?: { start: number; end: number }): Promise<Readable>;

  /** Gone afterwards; no error when it was not there. */
  abstract remove(key: string): Promise<void>;

  /** Every key that starts with `prefix`, in no particular order. */
  abstract list(prefix: string): AsyncIterable<{ key: string; modifiedAt: Date }>;

  /** Copies within the store without the bytes passing the caller; overwrites. */
  abstract copy(fromKey: string, toKey: string): Promise<void>;

  /**
   * A link from which whoever holds it can fetch the object for a minute, ranges included. Null where the bytes can
   * only pass through this process. Does not look whether the object is there.
   */
  async downloadUrl(_key: string, _headers: DownloadHeaders): Promise<string | null> {
    return null;
  }
}
