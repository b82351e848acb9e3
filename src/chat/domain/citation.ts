/** A verified citation of one quote, as clients see it. All offsets are UTF-16 units. */
export interface Citation {
  /** The number that its marks show; from 1 by first use. */
  index: number;
  /** Where its marks (`[index]`) begin in the message's content, ascending. */
  marks: number[];
  source: 'document' | 'page';
  /** Null for a page. */
  passageId: string | null;
  documentId: string | null;
  documentVersion: number | null;
  /** For a page: its title or address, as the client gave it. */
  documentTitle: string | null;
  /** Page number in the document; null where there are none. */
  page: number | null;
  /** `quote` is exactly the source text's slice [charStart, charEnd). */
  charStart: number;
  charEnd: number;
  quote: string;
}

/** What remains of a citation whose document was deleted. */
export interface DeletedCitation {
  index: number;
  marks: number[];
  deleted: true;
  source: null;
  passageId: null;
  documentId: null;
  documentVersion: null;
  documentTitle: null;
  page: null;
  charStart: null;
  charEnd: null;
  quote: null;
}

export const withoutSource = ({ index, marks }: Citation): DeletedCitation => ({
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
