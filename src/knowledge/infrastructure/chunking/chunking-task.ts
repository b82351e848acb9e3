import { countTokens } from '../../../platform/models/o200k-token-counter.js';
import type { Chunk, ExtractedText } from '../../domain/chunk.js';
import { chunkText, type ChunkingLimits } from '../../domain/chunking.js';

export interface ChunkingTask {
  extracted: ExtractedText;
  limits: ChunkingLimits;
}

export const runChunkingTask = ({ extracted, limits }: ChunkingTask): Chunk[] =>
  chunkText(extracted, limits, countTokens);
