/** What Chat asks of Knowledge besides searching. */
export abstract class KnowledgeAccess {
  /** @throws AppError `knowledge.collection-not-found` unless every id is a collection of this owner. */
  abstract assertCollections(ownerId: string, collectionIds: string[]): Promise<void>;

  /** Which of these documents are searchable and not deleted right now. */
  abstract visibleDocuments(ownerId: string, documentIds: string[]): Promise<Set<string>>;

  /** Which of these documents still exist for the owner (deleted ones lose their citation details). */
  abstract existingDocuments(ownerId: string, documentIds: string[]): Promise<Set<string>>;

  /** @throws AppError `request.invalid` when `filter` is not of the grammar. */
  abstract assertFilter(filter: unknown): void;
}
