import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ObjectStore } from '../../src/platform/object-storage/object-store.port.js';

/**
 * What every `ObjectStore` keeps to, fake or real.
 * @param open gives an empty store.
 * @param more.unfinished names what is left of writes that did not come to their end.
 * @param more.manyKeys more than the store lists at once.
 */
export function describeObjectStore(
  name: string,
  open: () => Promise<ObjectStore>,
  { unfinished = async (): Promise<string[]> => [], manyKeys = 1_100 } = {},
): void {
  describe(`${name} as an ObjectStore`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = await open();
    });

    const unlimited = Number.MAX_SAFE_INTEGER;
    const from = (...pieces: (string | Buffer)[]) =>
      Readable.from(
        pieces.map((piece) => Buffer.from(piece)),
        { objectMode: false },
      );
    const read = async (key: string, range?: { start: number; end: number }) =>
      buffer(await store.get(key, range));
    /** Larger than whatever a store sends at once. */
    const large = Buffer.alloc(20_000_000);
    for (let offset = 0; offset < large.length; offset += 4) large.writeUInt32LE(offset, offset);
    /** The large bytes as a network gives them, up to `end`. */
    const flow = function* (end = large.length) {
      for (let offset = 0; offset < end; offset += 65_536)
        yield large.subarray(offset, Math.min(offset + 65_536, end));
    };
    const keys = async (prefix = '') => {
      const found: string[] = [];
      for await (const { key } of store.list(prefix)) found.push(key);
      return found.sort();
    };

    it('gives back the bytes, their number and their hash', async () => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
      const stored = await store.put(
        'documents/a/original',
        from(bytes.subarray(0, 100_001), bytes.subarray(100_001)),
        unlimited,
      );
      expect(stored).toEqual({
        sizeBytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
      expect((await read('documents/a/original')).equals(bytes)).toBe(true);
    });

    it('keeps an empty object', async () => {
      const stored = await store.put('empty', from(), unlimited);
      expect(stored.sizeBytes).toBe(0);
      expect((await read('empty')).length).toBe(0);
    });

    it('reads a range, both ends inclusive', async () => {
      await store.put('digits', from('0123456789'), unlimited);
      expect((await read('digits', { start: 0, end: 0 })).toString()).toBe('0');
      expect((await read('digits', { start: 3, end: 6 })).toString()).toBe('3456');
      expect((await read('digits', { start: 9, end: 9 })).toString()).toBe('9');
    });

    it('takes exactly the limit, and refuses one byte more without a trace', async () => {
      await store.put('fits', from('12345'), 5);
      await expect(store.put('too-large', from('123', '456'), 5)).rejects.toMatchObject({
        code: 'request.too-large',
        kind: 'too-large',
        message: expect.stringContaining('5 bytes'),
      });
      expect(await keys()).toEqual(['fits']);
    });

    it('leaves nothing of a source that fails, and keeps what was there before', async () => {
      const failing = (): Readable =>
        Readable.from(
          (async function* () {
            yield Buffer.from('half');
            throw new Error('the client left');
          })(),
          { objectMode: false },
        );
      await expect(store.put('new', failing(), unlimited)).rejects.toThrow('the client left');
      await store.put('old', from('before'), unlimited);
      await expect(store.put('old', failing(), unlimited)).rejects.toThrow('the client left');
      expect(await keys()).toEqual(['old']);
      expect((await read('old')).toString()).toBe('before');
    });

    it('keeps a large object byte by byte, and reads ranges of it', async () => {
      const stored = await store.put('large', Readable.from(flow(), { objectMode: false }), large.length);
      expect(stored).toEqual({
        sizeBytes: large.length,
        sha256: createHash('sha256').update(large).digest('hex'),
      });
      expect((await read('large')).equals(large)).toBe(true);
      const part = 8 * 1024 * 1024;
      for (const [start, end] of [
        [0, 9],
        [part - 5, part + 4],
        [2 * part - 1, large.length - 1],
      ] as const)
        expect((await read('large', { start, end })).equals(large.subarray(start, end + 1))).toBe(true);
      await store.put('at-once', from(large), large.length);
      expect((await read('at-once')).equals(large)).toBe(true);
      expect(await unfinished()).toEqual([]);
    });

    it.each([
      ['with an error', new Error('the client left')],
      ['without a word', undefined],
    ])('leaves nothing of a large source that ends %s in the middle', async (_, error) => {
      const pieces = flow(12_000_000);
      const source = new Readable({
        read() {
          const { value, done } = pieces.next();
          if (done) this.destroy(error);
          else this.push(value);
        },
      });
      await expect(store.put('cut', source, unlimited)).rejects.toThrow(error?.message ?? 'Premature close');
      expect(await keys()).toEqual([]);
      expect(await unfinished()).toEqual([]);
    });

    it('leaves nothing of a large source that goes past the limit, and lets go of it', async () => {
      const source = Readable.from(flow(), { objectMode: false });
      await expect(store.put('too-large', source, 17_000_000)).rejects.toMatchObject({ kind: 'too-large' });
      expect(source.destroyed).toBe(true);
      expect(await keys()).toEqual([]);
      expect(await unfinished()).toEqual([]);
    });

    it('refuses a source that has ended already', async () => {
      const source = from('x');
      source.destroy();
      await expect(store.put('gone', source, unlimited)).rejects.toThrow();
      expect(await keys()).toEqual([]);
    });

    it('lets a reader leave early', async () => {
      await store.put('large', from(large), unlimited);
      for (let reader = 0; reader < 5; reader += 1) {
        for await (const piece of await store.get('large')) {
          expect((piece as Buffer)[4]).toBe(4);
          break;
        }
      }
      expect((await read('large', { start: 4, end: 4 }))[0]).toBe(4);
    });

    it('replaces an object as a whole', async () => {
      await store.put('key', from('a longer first text'), unlimited);
      await store.put('key', from('second'), unlimited);
      expect((await read('key')).toString()).toBe('second');
    });

    it('says that an object is not there', async () => {
      await store.put('folder/object', from('x'), unlimited);
      for (const key of ['nothing', 'nothing/below', 'folder/object/below']) {
        await expect(store.get(key)).rejects.toMatchObject({ code: 'object.not-found', kind: 'not-found' });
      }
      await expect(store.copy('nothing', 'copy')).rejects.toMatchObject({ code: 'object.not-found' });
    });

    it('removes, also what is not there', async () => {
      await store.put('documents/a/original', from('x'), unlimited);
      await store.put('documents/a/text', from('y'), unlimited);
      await store.remove('documents/a/original');
      await store.remove('documents/a/original');
      expect(await keys()).toEqual(['documents/a/text']);
      await store.remove('documents/a/text');
      expect(await keys()).toEqual([]);
      await store.put('documents/a/original', from('again'), unlimited);
      expect((await read('documents/a/original')).toString()).toBe('again');
    });

    it('lists by prefix, inside a folder and across', async () => {
      const before = Date.now() - 5_000;
      for (const key of ['documents/a/original', 'documents/a/text-1', 'documents/ab/original', 'other']) {
        await store.put(key, from(key), unlimited);
      }
      expect(await keys('documents/a/')).toEqual(['documents/a/original', 'documents/a/text-1']);
      expect(await keys('documents/a')).toHaveLength(3);
      expect(await keys('documents/a/te')).toEqual(['documents/a/text-1']);
      expect(await keys('nowhere/')).toEqual([]);
      expect(await keys()).toHaveLength(4);
      for await (const { modifiedAt } of store.list('other')) {
        expect(modifiedAt.getTime()).toBeGreaterThan(before);
      }
    });

    it('lists more than fits a page', async () => {
      const numbers = Array.from(
        { length: manyKeys },
        (_, index) => `many/${String(index).padStart(4, '0')}`,
      );
      const left = [...numbers];
      const writer = async () => {
        for (let key = left.pop(); key !== undefined; key = left.pop()) await store.put(key, from(key), 10);
      };
      await Promise.all(Array.from({ length: 16 }, writer));
      expect(await keys('many/')).toEqual(numbers);
      for await (const { key } of store.list('many/')) {
        expect(numbers).toContain(key);
        break;
      }
    });

    it('takes every key that is made of the allowed characters', async () => {
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ.abcdefghijklmnopqrstuvwxyz';
      const allowed = [
        `${letters}_0123456789-`,
        '-/_/-.-/_..',
        '007/1e3/0x10/1.50',
        'v007',
        'true',
        `${'long'.repeat(50)}/${'long'.repeat(50)}/${'k'.repeat(110)}`,
      ];
      for (const key of allowed) await store.put(key, from(key), unlimited);
      expect(await keys()).toEqual(allowed.toSorted());
      for (const key of allowed) {
        expect((await read(key)).toString()).toBe(key);
        await store.copy(key, `copy-of/${key.slice(0, 400)}`);
        await store.remove(key);
      }
      expect(await keys()).toEqual(allowed.map((key) => `copy-of/${key.slice(0, 400)}`).toSorted());
    });

    it('copies over what was there', async () => {
      await store.put('from', from('bytes'), unlimited);
      await store.put('folder/to', from('something else'), unlimited);
      await store.copy('from', 'folder/to');
      expect((await read('folder/to')).toString()).toBe('bytes');
      expect((await read('from')).toString()).toBe('bytes');
      await store.copy('from', 'from');
      expect((await read('from')).toString()).toBe('bytes');
      await store.put('large', from(large), unlimited);
      await store.copy('large', 'folder/to');
      await store.remove('large');
      expect((await read('folder/to')).equals(large)).toBe(true);
    });

    it('takes many writers of one key and ends with one of their objects, whole', async () => {
      const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(50_000));
      await Promise.all(texts.map((text) => store.put('shared/key', from(text), unlimited)));
      expect(texts).toContain((await read('shared/key')).toString());
      expect(await keys()).toEqual(['shared/key']);
    });

    it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/./b', '.hidden', '007', '1e3', 'a b', 'a\0', 'ä'])(
      'refuses %j as a key',
      async (key) => {
        await expect(store.put(key, from('x'), unlimited)).rejects.toThrow('Not an object key');
        await expect(store.get(key)).rejects.toThrow('Not an object key');
        await expect(store.remove(key)).rejects.toThrow('Not an object key');
        await expect(store.copy('a', key)).rejects.toThrow('Not an object key');
        await expect(store.copy(key, 'a')).rejects.toThrow('Not an object key');
      },
    );
  });
}
