/** Everything that is stored of a document lies under its prefix, so that removing it needs no list of keys. */
export const objectsOfDocument = (documentId: string): string => `documents/${documentId}/`;

export const allDocumentObjects = 'documents/';

export const originalKey = (documentId: string, uploadId: string): string =>
  `${objectsOfDocument(documentId)}${uploadId}-original`;

/** The epoch keeps two workers that read the same version apart. */
export const textKey = (documentId: string, version: number, epoch: number): string =>
  `${objectsOfDocument(documentId)}v${version}-${epoch}-text`;
