import type { DocumentType } from '../../domain/document-types.js';

/** The types that there is a reader for; files of the others are refused. Apart from the readers: the API loads none. */
const types = [
  'application/pdf',
  'application/epub+zip',
  'application/hwp+zip',
  'application/json',
  'application/msword',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.oasis.opendocument.presentation',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/x-hwp',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'text/csv',
  'text/tab-separated-values',
  'application/rtf',
  'text/html',
  'text/markdown',
  'text/plain',
  'text/x-source-code',
] as const satisfies DocumentType[];

export type ReadableType = (typeof types)[number];
export const readableTypes: ReadonlySet<DocumentType> = new Set(types);
