/** Everything that is stored of a document lies under its prefix, so that removing it needs no list of keys. */
export const objectsOfDocument = (documentId: string): string => `documents/${documentId}/`;

export const allDocumentObjects = 'documents/';

export const originalKey = (documentId: string, uploadId: string): string =>
  `${objectsOfDocument(documentId)}${uploadId}-original`;

/** The texts that the attempts at one version have stored. */
export const textsOfVersion = (documentId: string, version: number): string =>
  `${objectsOfDocument(documentId)}v${version}-`;

/** The epoch keeps two workers that read the same version apart. */
export const textKey = (documentId: string, version: number, epoch: number): string =>
  `${textsOfVersion(documentId, version)}${epoch}-text`;

export const epochOfText = (key: string): number => Number(/-(\d+)-text$/.exec(key)?.[1]);
