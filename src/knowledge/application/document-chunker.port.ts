import type { Chunk, ExtractedText } from '../domain/chunk.js';

/** Cuts an extracted text into chunks off the event loop: counting the tokens of a book takes seconds. */
export abstract class DocumentChunker {
  /** In document order, ordinals from 0; never empty for a text with anything but white space in it. */
  abstract chunk(extracted: ExtractedText, signal?: AbortSignal): Promise<Chunk[]>;
}
