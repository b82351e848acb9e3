import type { CitationSource } from './citation-book.js';

/** A piece of a source that stands in the prompt under a number and may be cited. */
export interface CitablePassage {
  source: 'document' | 'page';
  passageId: string | null;
  documentId: string | null;
  documentVersion: number | null;
  title: string | null;
  headings: string[];
  page: number | null;
  /** Headings and table headers for the prompt; never cited. */
  context: string;
  text: string;
  /** Where `text` begins in the source's text. */
  charStart: number;
}

/** The citation of the slice [start, end) of the passage's text. */
export const citationOf = (passage: CitablePassage, start: number, end: number): CitationSource => ({
  source: passage.source,
  passageId: passage.passageId,
  documentId: passage.documentId,
  documentVersion: passage.documentVersion,
  documentTitle: passage.title,
  page: passage.page,
  charStart: passage.charStart + start,
  charEnd: passage.charStart + end,
  quote: passage.text.slice(start, end),
});

/** As it stands in the prompt. */
export const promptEntry = (passage: CitablePassage, number: number): string => {
  const place = [passage.title, ...passage.headings].filter(Boolean).join(' > ');
  const page = passage.page === null ? '' : ` (p. ${passage.page})`;
  const heading = `[${number}] ${place}${page}`.trim();
  return [heading, passage.context, passage.text].filter((line) => line.trim() !== '').join('\n');
};
