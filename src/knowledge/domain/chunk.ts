/** A piece of a document's extracted text. Offsets are UTF-16 units into the extracted text; end exclusive. */
export interface Chunk {
  /** 0-based position in the document. */
  ordinal: number;
  /** Exactly `extracted.slice(charStart, charEnd)`. */
  text: string;
  /** Heading breadcrumb and repeated table header: indexed and prompted, never cited. */
  context: string;
  /** Heading path from the outermost to the innermost. */
  headings: string[];
  /** 1-based page that `charStart` lies on; null where the format has no pages. */
  page: number | null;
  charStart: number;
  charEnd: number;
  tokenCount: number;
}

/** What an extractor gives: the whole text (NFC, `\n` line ends) and where its pages and headings are. */
export interface ExtractedText {
  text: string;
  /** Ascending; page n starts at `start`. Empty for formats without pages. */
  pages: { number: number; start: number }[];
  /** Ascending by `start`; `level` from 1. */
  headings: { level: number; title: string; start: number }[];
  /** A title that the document itself states (PDF metadata, first top heading); null when there is none. */
  title: string | null;
}
