/** A retrieved chunk, as other features and clients see it. Offsets are UTF-16 units into that version's text. */
export interface Passage {
  id: string;
  documentId: string;
  documentVersion: number;
  documentTitle: string;
  collectionId: string;
  text: string;
  /** Breadcrumb and repeated table header: for prompts, never cited. Not part of the HTTP answer. */
  context: string;
  headings: string[];
  page: number | null;
  charStart: number;
  charEnd: number;
  /** Relevance, of the fusion or of the reranking model; higher is better, comparable within one search only. */
  score: number;
  scores: { lexical?: number; vector?: number; rerank?: number };
}
