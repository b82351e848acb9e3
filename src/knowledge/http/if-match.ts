import type { ExpectedRevision } from '../application/expected-revision.js';

/** The entity tag of a single resource. */
export const revisionTag = (revision: number): string => `"${revision}"`;

/**
 * The revisions that an `If-Match` header names; undefined when there is none, or `*`. Weak and foreign tags are
 * compared strongly (RFC 9110): they match nothing.
 */
export function expectedRevision(header: string | undefined): ExpectedRevision | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  return header
    .split(',')
    .map((tag) => /^\s*"(\d{1,10})"\s*$/.exec(tag)?.[1])
    .filter((revision) => revision !== undefined)
    .map(Number);
}
