import { newId } from '../../src/shared/ids.js';
import { toScaledHalfvec } from '../../src/platform/database/scaled-halfvec.js';
import type { Database } from '../../src/platform/database/database.js';
import { addCollection } from './knowledge-rows.js';
import { Random } from '../random.js';

/** Of all chunks; together with those before it each collection makes .1, .5, 1, 5, 10, 25, 50 and 100 %. */
const collectionShares = [0.001, 0.004, 0.005, 0.04, 0.05, 0.15, 0.25, 0.5];
const chunksPerDocument = 10;
/** As many as topics: a document and its collection lie in one of them. */
const clusterCount = 500;
/** Of the length of a centre: two passages of a topic then have a cosine of about .6, of two topics about 0. */
const spread = 0.8;
/** `metadata.bucket` of a document, evenly from 0. */
export const buckets = 1_000;

/**
 * Published chunks of one owner. A collection has topics of its own: a filter by collection goes with the
 * vectors, one by `bucket` does not. The same vectors on every run.
 */
export class ClusteredVectors {
  readonly ownerId = newId();
  readonly collections: { id: string; clusters: number[] }[] = [];
  private readonly random = new Random(42);
  private readonly centres = Array.from({ length: clusterCount }, () => this.direction());
  private readonly text = 'Words that only take up the place which those of a passage take up. '.repeat(14);

  constructor(
    private readonly database: Database,
    readonly chunks: number,
    readonly dimensions: number,
    readonly model = 'synthetic-v1',
  ) {}

  async write(): Promise<void> {
    let [chunk, cluster] = [0, 0];
    let share = 0;
    for (const part of collectionShares) {
      share += part;
      const collection = { id: await addCollection(this.database, this.ownerId), clusters: [] as number[] };
      this.collections.push(collection);
      const lastCluster = Math.max(cluster + 1, Math.round(share * clusterCount));
      for (; cluster < lastCluster; cluster++) collection.clusters.push(cluster);
      for (; chunk < Math.round(share * this.chunks); chunk += chunksPerDocument)
        await this.add(collection.id, this.near(this.random.pick(collection.clusters)));
      await this.database.execute(
        'INSERT INTO lexical_stats (collection_id, owner_id, chunk_count, term_total) VALUES ($1, $2, $3, $3)',
        [collection.id, this.ownerId, Math.round(part * this.chunks)],
      );
    }
  }

  /** Of a topic that may be anywhere, or in one of the first `collections` alone. */
  question(collections = this.collections.length): Float32Array {
    const clusters = this.collections.slice(0, collections).flatMap((collection) => collection.clusters);
    return this.near(this.random.pick(clusters));
  }

  /** More documents of the last collection. */
  async more(documents: number): Promise<void> {
    const { id, clusters } = this.collections.at(-1)!;
    for (let count = 0; count < documents; count++) await this.add(id, this.near(this.random.pick(clusters)));
  }

  /** One document, its chunks around `topic`. */
  async add(collectionId: string, topic: Float32Array): Promise<void> {
    const documentId = newId();
    const ids = Array.from({ length: chunksPerDocument }, () => newId());
    await this.database.execute(
      `WITH document AS (
         INSERT INTO document (id, owner_id, collection_id, title, version, searchable_version, metadata)
         VALUES ($1, $2, $3, 'Title', 1, 1, jsonb_build_object('bucket', $4::integer))
       ), version AS (
         INSERT INTO document_version (document_id, version, owner_id, collection_id, filename, mime_type, size_bytes,
                                       sha256, object_key, status, chunk_count)
         VALUES ($1, 1, $2, $3, 'f', 'text/plain', 1, $1::text, $1::text, 'ready', cardinality($5::uuid[]))
       ), chunk AS (
         INSERT INTO chunk (id, owner_id, collection_id, document_id, version, ordinal, text, char_start, char_end,
                            token_count, lexemes, term_count, tokenizer)
         SELECT id, $2, $3, $1, 1, number, $7, 0, 1, 1, '', 1, 't'
         FROM unnest($5::uuid[]) WITH ORDINALITY AS row (id, number)
       )
       INSERT INTO chunk_embedding (chunk_id, model, owner_id, collection_id, embedding)
       SELECT row.id, $8, $2, $3, l2_normalize(row.embedding::halfvec)
       FROM unnest($5::uuid[], $6::text[]) AS row (id, embedding)`,
      [
        documentId,
        this.ownerId,
        collectionId,
        this.random.between(0, buckets - 1),
        ids,
        ids.map(() => toScaledHalfvec(this.around(topic, spread / 2))),
        this.text,
        this.model,
      ],
    );
  }

  private near(cluster: number): Float32Array {
    return this.around(this.centres[cluster]!, spread);
  }

  private around(centre: Float32Array, distance: number): Float32Array {
    const off = this.direction();
    return normalised(centre.map((component, at) => component + distance * off[at]!));
  }

  private direction(): Float32Array {
    return normalised(Float32Array.from({ length: this.dimensions }, () => this.normal()));
  }

  /** Box and Muller. */
  private normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.random.next())) * Math.cos(2 * Math.PI * this.random.next());
  }
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((component) => component / length);
}
