import { newId } from '../src/shared/ids.js';
import { PgvectorChunkIndex } from '../src/knowledge/infrastructure/pgvector-chunk-index.js';
import type { Embedder } from '../src/platform/models/embedder.port.js';
import type { Tokenizer } from '../src/platform/text/tokenizer.port.js';
import { chunksOf } from '../test/builders/a-chunk.js';
import { addCollection, addDocument } from '../test/builders/knowledge-rows.js';
import type { TestDatabase } from '../test/integration/database.js';

const vocabularySize = 20_000;
const wordsPerChunk = 120;
/** Of the chunks: two collections of the owner who asks, and one of somebody else. */
const shares = [0.5, 0.35, 0.15];

/** Texts of invented words whose frequencies fall as those of a language do; the same on every run. */
export class InventedTexts {
  private state = 0x9e3779b9;
  private readonly vocabulary = Array.from({ length: vocabularySize }, () => this.inventWord());

  text(words: number): string {
    return Array.from({ length: words }, () => this.word()).join(' ');
  }

  /** Words of which some are rare, as those of a question are. */
  question(words: number): string {
    return Array.from({ length: words }, (_, at) => (at % 2 === 0 ? this.word() : this.rareWord())).join(' ');
  }

  /** Zipf's law: a word's frequency is in inverse proportion to its rank. */
  private word(): string {
    return this.vocabulary[Math.floor(vocabularySize ** this.random()) - 1]!;
  }

  private rareWord(): string {
    return this.vocabulary[Math.floor(this.random() * vocabularySize)]!;
  }

  private inventWord(): string {
    const syllables = 2 + Math.floor(this.random() * 3);
    const letter = (of: string): string => of[Math.floor(this.random() * of.length)]!;
    return Array.from({ length: syllables }, () => letter('bdfgklmnprstvz') + letter('aeiou')).join('');
  }

  /** Mulberry32. */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

export interface CorpusSize {
  chunks: number;
  chunksPerDocument: number;
}

interface Indexing {
  opened: Pick<TestDatabase, 'database' | 'transaction'>;
  tokenizer: Tokenizer;
  embedder: Embedder;
}

/** Published documents of two owners, by the product's own index. @returns the owner who asks */
export async function indexTexts(to: Indexing, texts: InventedTexts, size: CorpusSize): Promise<string> {
  const [asking, other] = [newId(), newId()];
  for (const [at, share] of shares.entries()) {
    const ownerId = at < 2 ? asking : other;
    const collectionId = await addCollection(to.opened.database, ownerId);
    const documents = Math.round((size.chunks * share) / size.chunksPerDocument);
    for (let count = 0; count < documents; count++) {
      const chunkTexts = Array.from({ length: size.chunksPerDocument }, () => texts.text(wordsPerChunk));
      await indexDocument(to, { ownerId, collectionId }, chunkTexts);
    }
  }
  return asking;
}

async function indexDocument(
  { opened, tokenizer, embedder }: Indexing,
  place: { ownerId: string; collectionId: string },
  texts: string[],
): Promise<void> {
  const { database, transaction } = opened;
  const index = new PgvectorChunkIndex(database, transaction, tokenizer);
  const ref = await addDocument(database, place);
  const embeddings = await embedder.embedPassages(texts);
  const chunks = chunksOf(texts).map((chunk, at) => ({ ...chunk, embedding: embeddings[at]! }));
  await index.write(ref, embedder.model, chunks);
  await transaction.run(async () => {
    await index.publish(ref, null);
    await database.execute('UPDATE document SET searchable_version = version WHERE id = $1', [
      ref.documentId,
    ]);
  });
}
