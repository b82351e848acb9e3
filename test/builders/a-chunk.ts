import type { EmbeddedChunk } from '../../src/knowledge/application/chunk-index.port.js';

export const aChunk = (chunk: Partial<EmbeddedChunk> & { text: string }): EmbeddedChunk => ({
  ordinal: 0,
  context: '',
  headings: [],
  page: null,
  charStart: 0,
  charEnd: chunk.text.length,
  tokenCount: 1,
  embedding: new Float32Array([1, 0]),
  ...chunk,
});

/** Chunks of one document: the texts in order, one after the other. */
export const chunksOf = (texts: string[]): EmbeddedChunk[] =>
  texts.map((text, ordinal) => aChunk({ text, ordinal }));
