import fc from 'fast-check';
import type { ChunkIndex, VersionRef } from '../../src/knowledge/application/chunk-index.port.js';
import { newId } from '../../src/shared/ids.js';
import { aChunk, chunksOf } from '../builders/a-chunk.js';
import type { CollectionStatistics } from '../fakes/in-memory-chunk-index.js';

/** An index that tokenises at white space, and what a test needs around it. */
export interface ChunkIndexUnderTest {
  index: ChunkIndex;
  /** A document without chunks; in a collection of its own unless told. */
  newDocument(collectionId?: string): Promise<VersionRef>;
  statistics(collectionId: string): Promise<CollectionStatistics>;
}

/** What every chunk index promises; run against the fake and the real one. */
export function chunkIndexContract(name: string, given: () => ChunkIndexUnderTest): void {
  const index = (): ChunkIndex => given().index;
  const textsOf = async (ref: VersionRef): Promise<string[]> =>
    (await index().listByVersion(ref, { limit: 100 })).data.map(({ text }) => text);

  describe(`${name} as a chunk index`, () => {
    it('gives back every field of what was written, in document order', async () => {
      const ref = await given().newDocument();
      const second = aChunk({
        ordinal: 1,
        text: "둘째 it's \\ 조각 🌱",
        context: '제목 > "부제"',
        headings: ['제목', '"부제"'],
        page: 7,
        charStart: 10,
        charEnd: 24,
        tokenCount: 9,
      });
      await index().write(ref, 'm', [second]);
      await index().write(ref, 'm', [aChunk({ ordinal: 0, text: 'first' })]);
      const { data, nextCursor } = await index().listByVersion(ref, { limit: 10 });
      const { embedding: _, ...fields } = second;
      expect(data.map(({ ordinal }) => ordinal)).toEqual([0, 1]);
      expect(data[1]).toEqual({ ...fields, id: data[1]!.id, documentId: ref.documentId, version: 1 });
      expect(nextCursor).toBeNull();
    });

    it('replaces what is written under the same ordinal, and keeps its id', async () => {
      const ref = await given().newDocument();
      await index().write(ref, 'm', chunksOf(['a', 'b']));
      const before = await index().listByVersion(ref, { limit: 10 });
      await index().write(ref, 'm', chunksOf(['a', 'c', 'd']));
      const after = await index().listByVersion(ref, { limit: 10 });
      expect(after.data.map(({ text }) => text)).toEqual(['a', 'c', 'd']);
      expect(after.data.slice(0, 2).map(({ id }) => id)).toEqual(before.data.map(({ id }) => id));
    });

    it('lists in pages that neither repeat nor lose a chunk', async () => {
      const ref = await given().newDocument();
      const texts = ['a', 'b', 'c', 'd', 'e'];
      await index().write(ref, 'm', chunksOf(texts));
      const first = await index().listByVersion(ref, { limit: 2 });
      const second = await index().listByVersion(ref, { limit: 2, afterId: first.nextCursor! });
      const third = await index().listByVersion(ref, { limit: 2, afterId: second.nextCursor! });
      expect([first, second, third].flatMap(({ data }) => data.map(({ text }) => text))).toEqual(texts);
      expect(third.nextCursor).toBeNull();
    });

    it('shows a version to its owner only', async () => {
      const ref = await given().newDocument();
      await index().write(ref, 'm', chunksOf(['mine']));
      expect(await textsOf({ ...ref, ownerId: newId() })).toEqual([]);
      await index().remove({ ...ref, ownerId: newId() });
      expect(await textsOf(ref)).toEqual(['mine']);
    });

    it('counts chunks only once they are published', async () => {
      const ref = await given().newDocument();
      await index().write(ref, 'm', chunksOf(['a a b', 'b c']));
      expect(await given().statistics(ref.collectionId)).toEqual({
        chunkCount: 0,
        termTotal: 0,
        terms: new Map(),
      });
      await index().publish(ref, null);
      expect(await given().statistics(ref.collectionId)).toEqual({
        chunkCount: 2,
        termTotal: 5,
        terms: new Map([
          ['a', 1],
          ['b', 2],
          ['c', 1],
        ]),
      });
    });

    it('counts the context of a chunk as its text', async () => {
      const ref = await given().newDocument();
      await index().write(ref, 'm', [aChunk({ text: 'b', context: 'a' })]);
      await index().publish(ref, null);
      expect((await given().statistics(ref.collectionId)).terms).toEqual(
        new Map([
          ['a', 1],
          ['b', 1],
        ]),
      );
    });

    it('swaps the counts of the version before for those of the new one', async () => {
      const first = await given().newDocument();
      const second = { ...first, version: 2 };
      await index().write(first, 'm', chunksOf(['a b', 'a']));
      await index().publish(first, null);
      await index().write(second, 'm', chunksOf(['a c']));
      await index().publish(second, 1);
      expect(await given().statistics(first.collectionId)).toEqual({
        chunkCount: 1,
        termTotal: 2,
        terms: new Map([
          ['a', 1],
          ['c', 1],
        ]),
      });
    });

    it('does not count a version twice that is published over itself', async () => {
      const ref = await given().newDocument();
      await index().write(ref, 'm', chunksOf(['a']));
      await index().publish(ref, null);
      await index().publish(ref, 1);
      expect((await given().statistics(ref.collectionId)).chunkCount).toBe(1);
    });

    it('takes out by withdraw exactly what publish has added, whatever the terms', async () => {
      const term = fc.oneof(
        fc.constantFrom("it's", '\\', "'", "\\'", ':1', 'a:2A', '&', '|', '!', '(', '<->', '*', '한글', '🌱'),
        fc
          .string({ unit: 'binary', minLength: 1, maxLength: 12 })
          .map((text) => text.replaceAll(/[\s\0]/gu, '.')),
      );
      const chunkTexts = fc.array(
        fc.array(term, { maxLength: 8 }).map((terms) => terms.join(' ')),
        { maxLength: 5 },
      );
      await fc.assert(
        fc.asyncProperty(chunkTexts, chunkTexts, async (staying, passing) => {
          const kept = await given().newDocument();
          await index().write(kept, 'm', chunksOf(staying));
          await index().publish(kept, null);
          const before = await given().statistics(kept.collectionId);
          expect(before.chunkCount).toBe(staying.length);
          const passer = await given().newDocument(kept.collectionId);
          await index().write(passer, 'm', chunksOf(passing));
          await index().publish(passer, null);
          expect((await given().statistics(kept.collectionId)).terms).toEqual(
            recount([...staying, ...passing]),
          );
          await index().withdraw(passer);
          expect(await given().statistics(kept.collectionId)).toEqual(before);
        }),
        { numRuns: 25 },
      );
    });

    it('removes a version of many chunks and leaves the others', async () => {
      const first = await given().newDocument();
      const second = { ...first, version: 2 };
      await index().write(first, 'm', chunksOf(Array.from({ length: 1_001 }, (_, n) => `t${n}`)));
      await index().write(second, 'm', chunksOf(['stays']));
      await index().remove(first);
      expect(await textsOf(first)).toEqual([]);
      expect(await textsOf(second)).toEqual(['stays']);
    });
  });
}

function recount(texts: string[]): Map<string, number> {
  const containing = new Map<string, number>();
  for (const text of texts) {
    for (const term of new Set(text.split(' ').filter((part) => part !== ''))) {
      containing.set(term, (containing.get(term) ?? 0) + 1);
    }
  }
  return containing;
}
