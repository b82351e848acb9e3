import { containers, packed, type Container, type Entries } from './office-containers.js';
import type { Kitchen, Recipe } from './hostile-file.js';
import { deflatedBomb, honest, rawZip, type RawEntry } from './raw-zip.js';

const gibibyte = 1_073_741_824;

/** The container's parts, its text part replaced. */
const withMainPart = (container: Container, replaced: RawEntry[]): RawEntry[] => [
  ...container
    .entries({ text: 'x' })
    .filter(([name]) => name !== container.mainPart)
    .map(([name, content]) => honest(name, content)),
  ...replaced,
];

const bombs = (container: Container): [string, () => Buffer][] => {
  const name = container.mainPart;
  const text = container
    .entries({ text: '§' })
    .find(([part]) => part === name)![1]
    .toString();
  const [before, after] = text.split('§') as [string, string];
  const bomb = (size: number, claimed: number, filling = 'word '): RawEntry => ({
    name,
    packed: deflatedBomb(size, { before, filling, after }),
    claimed,
  });
  return [
    [
      'unpacks to 2 GiB and says so',
      () => rawZip(withMainPart(container, [bomb(2 * gibibyte, 2 * gibibyte)])),
    ],
    [
      'unpacks to 2 GiB and says 1,000 bytes',
      () => rawZip(withMainPart(container, [bomb(2 * gibibyte, 1_000)])),
    ],
    [
      'unpacks to 200 MiB of white space',
      () => rawZip(withMainPart(container, [bomb(200 * 1_048_576, 200 * 1_048_576, ' ')])),
    ],
    ['says 4 GiB and holds 1,000 bytes', () => rawZip(withMainPart(container, [bomb(1_000, 4 * gibibyte)]))],
  ];
};

const directories = (container: Container, token: string): [string, () => Buffer][] => {
  const good = (): RawEntry[] =>
    container.entries({ text: 'Harmless text.' }).map(([name, content]) => honest(name, content));
  const escaping = [
    `../../../../../../tmp/${token}`,
    `/tmp/${token}-absolute`,
    `C:\\${token}`,
    `..\\..\\${token}`,
    `a/\0${token}`,
  ];
  return [
    [
      '100,000 entries',
      () =>
        rawZip([
          ...good(),
          ...Array.from({ length: 100_000 }, (_, at): RawEntry => ({
            name: `f${at}`,
            packed: Buffer.alloc(0),
            method: 0,
            claimed: 0,
          })),
        ]),
    ],
    [
      '5,000 entries share the bytes of one bomb',
      () => {
        const first = { name: 'kernel', packed: deflatedBomb(100 * 1_048_576), claimed: 100 * 1_048_576 };
        const all = [
          first,
          ...Array.from({ length: 5_000 }, (_, at): RawEntry => ({
            ...first,
            name: `k${at}.xml`,
            sharesWith: 0,
          })),
        ];
        return rawZip([...all, ...good()]);
      },
    ],
    [
      'names that leave the folder',
      () => rawZip([...good(), ...escaping.map((name) => honest(name, 'escaped'))]),
    ],
    [
      'links out of the folder',
      () =>
        rawZip([...good(), { ...honest(`${token}-link`, '/etc/passwd'), externalAttributes: 0xa1ff0000 }]),
    ],
    ['each part twice', () => rawZip([...good(), ...good()])],
    ['parts said to be encrypted', () => rawZip(good().map((entry) => ({ ...entry, flags: 0x0801 })))],
    ['a compression nobody knows', () => rawZip(good().map((entry) => ({ ...entry, method: 99 })))],
    ['wrong checksums', () => rawZip(good().map((entry) => ({ ...entry, crc: 0xdeadbeef })))],
    ['a directory that promises 65,000 entries', () => rawZip(good(), { claimedCount: 65_000 })],
    ['a directory that promises none', () => rawZip(good(), { claimedCount: 0 })],
  ];
};

/** An archive in an archive in an archive … */
const nested = (depth: number): Entries => {
  let inner: Entries = containers[0]!.entries({ text: 'The innermost text.' });
  for (let level = 0; level < depth; level++)
    inner = [
      ...containers[0]!.entries({ text: `Level ${level}.` }),
      ['word/embeddings/inner.docx', packed(inner)],
    ];
  return inner;
};

export const zipAttacks = ({ bait }: Kitchen): Recipe[] => [
  ...containers.flatMap((container) =>
    bombs(container).map(([about, bytes]) => ({
      kind: 'zip bomb',
      about: `${container.extension} ${about}`,
      make: () => ({ filename: `bomb.${container.extension}`, bytes: bytes() }),
    })),
  ),
  ...containers.slice(0, 4).flatMap((container) =>
    directories(container, bait.token).map(([about, bytes]) => ({
      kind: 'zip directory',
      about: `${container.extension} ${about}`,
      make: () => ({ filename: `directory.${container.extension}`, bytes: bytes() }),
    })),
  ),
  ...[1, 10, 100, 300].map((depth) => ({
    kind: 'nested archive',
    about: `${depth} deep`,
    make: () => ({ filename: 'nested.docx', bytes: packed(nested(depth)) }),
  })),
  ...['zip', 'jar', 'docx', 'pdf'].map((extension) => ({
    kind: 'nested archive',
    about: `an archive of archives, called .${extension}`,
    make: () => ({ filename: `archives.${extension}`, bytes: packed([['inner.zip', packed(nested(3))]]) }),
  })),
];
