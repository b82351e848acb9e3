import { revisionMismatch } from '../domain/knowledge-errors.js';

/** The revisions of which the caller's change is one; undefined when it does not care. */
export type ExpectedRevision = readonly number[];

/** @throws AppError `request.precondition-failed`. */
export function assertRevision(revision: number, expected: ExpectedRevision | undefined): void {
  if (expected && !expected.includes(revision)) throw revisionMismatch();
}
