import type { Citation } from './citation.js';

export type CitationSource = Omit<Citation, 'index' | 'marks'>;

/** Numbers the citations of one answer by first use, one number for each quote, and remembers their marks. */
export class CitationBook {
  private readonly byQuote = new Map<string, Citation>();

  /** The citation of `source` with `offset` among its marks. */
  cite(source: CitationSource, offset: number): Citation {
    const key = `${source.documentId}:${source.documentVersion}:${source.charStart}:${source.charEnd}`;
    const known = this.byQuote.get(key) ?? { index: this.byQuote.size + 1, marks: [], ...source };
    const citation = { ...known, marks: [...known.marks, offset] };
    this.byQuote.set(key, citation);
    return citation;
  }

  /** In the order of their numbers. */
  get citations(): Citation[] {
    return [...this.byQuote.values()];
  }
}
