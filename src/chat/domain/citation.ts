/** A source that an answer rests on, as clients see it. Offsets are UTF-16 units; `charEnd` is exclusive. */
export interface Citation {
  /** The number that its marks show, from 1 by first use. */
  index: number;
  /** Where its marks stand in the content. */
  marks: number[];
  source: 'document' | 'page';
  passageId: string | null;
  documentId: string | null;
  documentVersion: number | null;
  documentTitle: string | null;
  /** 1-based; null where the format has no pages. */
  page: number | null;
  charStart: number;
  charEnd: number;
  /** Verbatim the source's text at those offsets. */
  quote: string;
}

/** What is left of a citation whose document was deleted: the mark stays in the text, the source is gone. */
export type DeletedCitation = { [Field in Exclude<keyof Citation, 'index' | 'marks'>]: null } & {
  index: number;
  marks: number[];
  deleted: true;
};

/** Takes the details out of every citation whose document is not among `existing`. */
export function withoutDeleted(
  citations: Citation[],
  existing: ReadonlySet<string>,
): (Citation | DeletedCitation)[] {
  return citations.map((citation) =>
    citation.documentId === null || existing.has(citation.documentId) ? citation : stripped(citation),
  );
}

const stripped = ({ index, marks }: Citation): DeletedCitation => ({
  index,
  marks,
  deleted: true,
  source: null,
  passageId: null,
  documentId: null,
  documentVersion: null,
  documentTitle: null,
  page: null,
  charStart: null,
  charEnd: null,
  quote: null,
});
