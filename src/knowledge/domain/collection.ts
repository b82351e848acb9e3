/** The collection that every owner has from the start. */
export const defaultCollectionName = 'default';

export interface Collection {
  id: string;
  ownerId: string;
  name: string;
  description: string | null;
  /** Model that embedded passages when the collection was made. */
  embeddingModel: string;
  /** Rises with every change; what `If-Match` compares. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}

/** With what its documents add up to (newest versions, deleted ones left out). */
export interface CollectionSummary extends Collection {
  documentCount: number;
  sizeBytes: number;
}
