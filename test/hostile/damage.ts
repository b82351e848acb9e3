import type { Random } from '../random.js';
import { aDocx } from '../builders/office-fixture.js';
import { noise, prose, type HostileFile, type Kitchen, type Recipe } from './hostile-file.js';
import { containers, packed } from './office-containers.js';
import { sizeablePdf } from './pdf-attacks.js';

const kilobyte = 1_024;

/** Some kilobytes of each format, to be cut and mutated. */
const originals = (random: Random): HostileFile[] => [
  { filename: 'whole.pdf', bytes: sizeablePdf(Array.from({ length: 8 }, () => prose(random, 2_000))) },
  {
    filename: 'whole.docx',
    bytes: aDocx({
      body: Array.from({ length: 60 }, () => `<w:p><w:r><w:t>${prose(random, 400)}</w:t></w:r></w:p>`).join(
        '',
      ),
    }),
  },
  ...containers.slice(1).map(({ extension, entries }) => ({
    filename: `whole.${extension}`,
    bytes: packed(entries({ text: prose(random, 18_000) })),
  })),
  {
    filename: 'whole.rtf',
    bytes: Buffer.from(
      `{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}} ${prose(random, 4_000).replace(/[^\x20-\x7e]/g, '\\u44032?')}}`,
    ),
  },
  {
    filename: 'whole.html',
    bytes: Buffer.from(
      `<!doctype html><title>Whole</title><h1>Whole</h1>${`<p>${prose(random, 500)}</p><table><tr><td>a</td><td>b</td></tr></table>`.repeat(4)}`,
    ),
  },
  {
    filename: 'whole.json',
    bytes: Buffer.from(
      JSON.stringify({ list: Array.from({ length: 40 }, () => ({ text: prose(random, 80) })) }, null, 1),
    ),
  },
];

const cuts = (original: HostileFile): Recipe[] =>
  Array.from({ length: Math.floor(original.bytes.length / kilobyte) }, (_, at) => ({
    kind: 'truncation',
    about: `${original.filename} after ${at + 1} KB`,
    make: () => ({ filename: original.filename, bytes: original.bytes.subarray(0, (at + 1) * kilobyte) }),
  }));

const mutations: Record<string, (bytes: Buffer, random: Random) => Buffer> = {
  'bits flipped': (bytes, random) => {
    for (let count = random.between(1, 60); count > 0; count--)
      bytes[random.between(0, bytes.length - 1)]! ^= 1 << random.between(0, 7);
    return bytes;
  },
  'bytes of the largest and smallest': (bytes, random) => {
    for (let count = random.between(1, 30); count > 0; count--)
      bytes[random.between(0, bytes.length - 1)] = random.pick([0, 0xff, 0x7f, 0x80]);
    return bytes;
  },
  'a piece left out': (bytes, random) => {
    const at = random.between(0, bytes.length - 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, 500))]);
  },
  'a piece twice': (bytes, random) => {
    const at = random.between(0, bytes.length - 1);
    return Buffer.concat([bytes.subarray(0, at + random.between(1, 2_000)), bytes.subarray(at)]);
  },
  'noise put in': (bytes, random) => {
    const at = random.between(0, bytes.length - 1);
    return Buffer.concat([bytes.subarray(0, at), noise(random, random.between(1, 200)), bytes.subarray(at)]);
  },
  'numbers made huge': (bytes, random) =>
    Buffer.from(
      bytes
        .toString('latin1')
        .replace(/\d{1,6}/g, (digits) => (random.chance(0.02) ? '999999999999' : digits)),
      'latin1',
    ),
};

export const damage = ({ random }: Kitchen): Recipe[] =>
  originals(random).flatMap((original) => [
    ...cuts(original),
    ...Object.entries(mutations).flatMap(([about, mutate]) =>
      [1, 2].map((turn): Recipe => {
        const own = random.fork();
        return {
          kind: 'mutation',
          about: `${original.filename} with ${about}, ${turn}`,
          make: () => ({ filename: original.filename, bytes: mutate(Buffer.from(original.bytes), own) }),
        };
      }),
    ),
  ]);
