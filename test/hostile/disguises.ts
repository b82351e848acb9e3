import { gzipSync } from 'node:zlib';
import { containers, packed } from './office-containers.js';
import { noise, type Kitchen, type Recipe } from './hostile-file.js';
import { onePage, rawPdf, shown } from './raw-pdf.js';

const harmless = containers.map(({ extension, entries }) => ({
  extension,
  bytes: (): Buffer => packed(entries({ text: 'Harmless text of a document.' })),
}));

const contents = (random: Kitchen['random']): { is: string; bytes: () => Buffer }[] => [
  { is: 'pdf', bytes: () => rawPdf(onePage(shown('Harmless text'))) },
  ...harmless.slice(0, 4).map(({ extension, bytes }) => ({ is: extension, bytes })),
  { is: 'html', bytes: () => Buffer.from('<!doctype html><p>Harmless text</p>') },
  {
    is: 'exe',
    bytes: () => Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), noise(random, 2_000)]),
  },
  {
    is: 'elf',
    bytes: () => Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), noise(random, 2_000)]),
  },
  {
    is: 'png',
    bytes: () => Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), noise(random, 500)]),
  },
  { is: 'gz', bytes: () => gzipSync(noise(random, 3_000)) },
  { is: 'sh', bytes: () => Buffer.from('#!/bin/sh\nrm -rf /\n') },
  { is: 'noise', bytes: () => noise(random, 5_000) },
];

const names = ['pdf', 'docx', 'xlsx', 'odt', 'txt', 'md', 'html', 'json', 'rtf', 'hwp', 'epub', 'exe'];

/** Two formats at once. */
const polyglots: [string, string, () => Buffer][] = [
  [
    'a PDF with an archive behind it',
    'both.pdf',
    () => Buffer.concat([rawPdf(onePage(shown('text'))), harmless[0]!.bytes()]),
  ],
  [
    'an archive with a PDF behind it',
    'both.docx',
    () => Buffer.concat([harmless[0]!.bytes(), rawPdf(onePage(shown('text')))]),
  ],
  [
    'a page in front of a PDF',
    'both.pdf',
    () => Buffer.concat([Buffer.from('<script>x</script>\n'.repeat(20)), rawPdf(onePage(shown('text')))]),
  ],
  [
    'a Word file with the parts of a sheet',
    'both.docx',
    () => packed([...containers[0]!.entries({ text: 'word' }), ...containers[1]!.entries({ text: 'sheet' })]),
  ],
  [
    'an archive with bytes in front',
    'front.docx',
    () => Buffer.concat([Buffer.alloc(100, 'x'), harmless[0]!.bytes()]),
  ],
];

export const disguises = ({ random }: Kitchen): Recipe[] => [
  ...contents(random).flatMap(({ is, bytes }) =>
    names
      .filter((name) => name !== is)
      .filter((_, at) => at % 2 === is.length % 2)
      .map((name) => ({
        kind: 'wrong extension',
        about: `${is} called .${name}`,
        make: () => ({ filename: `file.${name}`, bytes: bytes() }),
      })),
  ),
  ...[
    'application/pdf',
    'text/plain',
    'application/zip',
    'image/png',
    'text/html',
    '',
    '/',
    'a'.repeat(5_000),
    'text/plain; charset="\u0001',
  ].map((declaredType) => ({
    kind: 'wrong declared type',
    about: declaredType.slice(0, 40),
    make: () => ({ filename: 'file.docx', declaredType, bytes: harmless[0]!.bytes() }),
  })),
  ...polyglots.map(([about, filename, bytes]) => ({
    kind: 'two formats at once',
    about,
    make: () => ({ filename, bytes: bytes() }),
  })),
];
