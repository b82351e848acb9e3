import type { CitationSource } from './citation-book.js';

/** A run of a source's text, without a gap. */
export interface PassagePiece {
  passageId: string | null;
  page: number | null;
  text: string;
  /** Where `text` begins in the source's text. */
  charStart: number;
}

/** A piece of a source that stands in the prompt under a number and may be cited. */
export interface CitablePassage extends PassagePiece {
  source: 'document' | 'page';
  documentId: string | null;
  documentVersion: number | null;
  title: string | null;
  headings: string[];
  /** Headings and table headers for the prompt; never cited. */
  context: string;
  /** Pieces of the same section next to it, which stand in the prompt with it and may be cited as it may. */
  around: PassagePiece[];
}

/** Itself and what stands around it, in the order of the source. */
export const piecesOf = (passage: CitablePassage): PassagePiece[] =>
  [passage, ...passage.around].toSorted((a, b) => a.charStart - b.charStart);

export const wholeText = (passage: CitablePassage): string =>
  piecesOf(passage)
    .map(({ text }) => text)
    .join('\n');

/** The citation of the slice [start, end) of the text of one of the passage's pieces. */
export const citationOf = (
  passage: CitablePassage,
  piece: PassagePiece,
  start: number,
  end: number,
): CitationSource => ({
  source: passage.source,
  passageId: piece.passageId,
  documentId: passage.documentId,
  documentVersion: passage.documentVersion,
  documentTitle: passage.title,
  page: piece.page,
  charStart: piece.charStart + start,
  charEnd: piece.charStart + end,
  quote: piece.text.slice(start, end),
});

/** As it stands in the prompt. */
export const promptEntry = (passage: CitablePassage, number: number): string => {
  const place = [passage.title, ...passage.headings].filter(Boolean).join(' > ');
  const page = passage.page === null ? '' : ` (p. ${passage.page})`;
  const heading = `[${number}] ${place}${page}`.trim();
  return [heading, passage.context, wholeText(passage)].filter((line) => line.trim() !== '').join('\n');
};
