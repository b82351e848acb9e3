import { AppError } from '../../shared/app-error.js';
import type { Excess } from './owner-quota.js';

/** Said alike of what is not there and of what is another owner's. */
export const collectionNotFound = (): AppError =>
  new AppError({
    code: 'knowledge.collection-not-found',
    kind: 'not-found',
    message: 'There is no such collection.',
  });

export const collectionNameTaken = (): AppError =>
  new AppError({
    code: 'knowledge.collection-name-taken',
    kind: 'conflict',
    message: 'You have a collection of this name already.',
  });

export const defaultCollectionStays = (): AppError =>
  new AppError({
    code: 'knowledge.collection-is-default',
    kind: 'conflict',
    message: 'The default collection can be neither deleted nor renamed.',
  });

export const documentNotFound = (): AppError =>
  new AppError({
    code: 'knowledge.document-not-found',
    kind: 'not-found',
    message: 'There is no such document.',
  });

export const versionNotFound = (): AppError =>
  new AppError({
    code: 'knowledge.version-not-found',
    kind: 'not-found',
    message: 'The document has no such version that can be read (yet).',
  });

export const documentNotFailed = (): AppError =>
  new AppError({
    code: 'knowledge.document-not-failed',
    kind: 'conflict',
    message: 'Only a document whose newest version has failed can be tried again.',
  });

export const documentNotFromUrl = (): AppError =>
  new AppError({
    code: 'knowledge.document-not-from-url',
    kind: 'conflict',
    message: 'The document does not come from a URL, so there is nothing to fetch again.',
  });

export const fileEmpty = (): AppError =>
  new AppError({
    code: 'knowledge.file-empty',
    kind: 'unprocessable',
    message: 'The file is empty.',
  });

export const quotaExceeded = ({ what, limit, used, added }: Excess): AppError =>
  new AppError({
    code: 'quota.exceeded',
    kind: 'forbidden',
    message:
      what === 'documents'
        ? `You may have ${limit} documents, and you have ${used}: delete some before you add more.`
        : `Your files may take ${limit} bytes, and they take ${used}: there is no room for ${added} more. Delete some first.`,
  });

export const isQuotaExceeded = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === 'quota.exceeded';

/** The row is there and the object store has nothing for it. */
export const fileLost = (cause: unknown): AppError =>
  new AppError({
    code: 'knowledge.file-lost',
    kind: 'not-found',
    message: 'The stored file is not there any more. Upload it again.',
    retryable: false,
    cause,
  });

export const reindexIncomplete = (failed: number, total: number): AppError =>
  new AppError({
    code: 'knowledge.reindex-incomplete',
    kind: 'unprocessable',
    message: `${failed} of ${total} documents could not be read anew and answer from their old index. Each says why in its \`error\` (\`?status=failed\`) and can be retried.`,
  });

export const revisionMismatch = (): AppError =>
  new AppError({
    code: 'request.precondition-failed',
    kind: 'precondition-failed',
    message: 'It has changed since you read it: `If-Match` does not hold. Read it again.',
  });

export const metadataInvalid = (path: string, message: string): AppError =>
  new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message: `The request is not valid: ${path} ${message}.`,
    errors: [{ path, message }],
  });

export const tooManyChunks = (limit: number): AppError =>
  new AppError({
    code: 'knowledge.too-many-chunks',
    kind: 'too-large',
    message: `The document's text makes more than the ${limit} chunks that are allowed.`,
  });

/** Not the JSON that was asked for, or of other shape. Another attempt may be. */
export const metadataUnusable = (): AppError =>
  new AppError({
    code: 'knowledge.metadata-unusable',
    kind: 'unavailable',
    message: 'The language model did not answer with the metadata that it was asked for.',
  });

/** A newer version took the place of one that was still in work. */
export const versionSuperseded = (): AppError =>
  new AppError({
    code: 'knowledge.version-superseded',
    kind: 'conflict',
    message: 'A newer version was uploaded before this one was ready.',
  });

export const ingestionGivenUp = (attempts: number): AppError =>
  new AppError({
    code: 'knowledge.ingestion-given-up',
    kind: 'internal',
    message: `The worker was lost ${attempts} times while it read this document.`,
    retryable: false,
  });
