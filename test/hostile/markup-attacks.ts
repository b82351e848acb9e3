import { aCompoundFile } from '../builders/archive-fixture.js';
import { noise, type Bait, type Kitchen, type Recipe } from './hostile-file.js';

type Attack = [about: string, bytes: () => Buffer];
const page = (body: string): Buffer =>
  Buffer.from(`<!doctype html><html><head><title>Page</title></head><body>${body}</body></html>`);
const nested = (open: string, close: string, depth: number): string =>
  `${open.repeat(depth)}text${close.repeat(depth)}`;

const html = ({ url, secretFile }: Bait): Attack[] => [
  ['50,000 elements deep', () => page(nested('<div>', '</div>', 50_000))],
  ['50,000 elements that never close', () => page('<div>text'.repeat(50_000))],
  ['formatting that overlaps', () => page('<b><i><a href=x><p>text'.repeat(3_000))],
  ['tables 2,000 deep', () => page(nested('<table><tr><td>', '</td></tr></table>', 2_000))],
  [
    'a cell that spans a million columns',
    () => page('<table><tr><td colspan=1000000 rowspan=1000000>cell</td></tr><tr><td>b</td></tr></table>'),
  ],
  ['text that a table throws out', () => page(`<table>${'text<tr>'.repeat(20_000)}</table>`)],
  ['lists 5,000 deep', () => page(nested('<ul><li>', '</li></ul>', 5_000))],
  [
    '100,000 attributes',
    () => page(`<p ${Array.from({ length: 100_000 }, (_, at) => `a${at}=v`).join(' ')}>text</p>`),
  ],
  ['comments that never close', () => page(`text ${'<!--'.repeat(100_000)}`)],
  ['tags that never close', () => page(`text ${'<a '.repeat(200_000)}`)],
  ['entities without end', () => page(`text ${'&#x41'.repeat(100_000)} ${'&NotEqualTilde'.repeat(20_000)}`)],
  ['entities of no character', () => page('text &#0; &#xd800; &#x110000; &#99999999999;')],
  ['frames in frames', () => page(nested('<iframe srcdoc="', '">', 1_000))],
  ['an only script', () => page('<script>document.body.innerHTML = "injected"</script>')],
  [
    'script everywhere',
    () =>
      page(
        '<svg onload=alert(1)><p onclick=alert(1)>text</p><a href="javascript:alert(1)">link</a><math><mtext><script>x</script></mtext></math>',
      ),
  ],
  [
    'pictures, styles and frames of others',
    () =>
      page(
        `<base href="${url}"><link rel=stylesheet href="${url}/s.css"><style>@import "${url}/i.css"</style><img src="${url}/i.png" srcset="${url}/2.png 2x"><iframe src="file://${secretFile}"></iframe><object data="${url}/o"></object>text`,
      ),
  ],
  [
    'a page that leaves at once',
    () => Buffer.from(`<!doctype html><meta http-equiv=refresh content="0;url=${url}/refresh"><p>text</p>`),
  ],
  ['a lie about its encoding', () => Buffer.from('<!doctype html><meta charset="utf-16"><p>text 한글</p>')],
  ['an encoding nobody knows', () => Buffer.from('<!doctype html><meta charset="x-none"><p>text 한글</p>')],
  ['templates 20,000 deep', () => page(nested('<template>', '</template>', 20_000))],
  ['one word of a million letters', () => page(`<p>${'a'.repeat(1_000_000)}</p>`)],
  ['a hundred thousand links', () => page('<a href="http://example.com/">link</a> '.repeat(100_000))],
];

const rtf = ({ url }: Bait): Attack[] => [
  ['groups 500,000 deep', () => Buffer.from(`{\\rtf1 ${'{'.repeat(500_000)}text${'}'.repeat(500_000)}}`)],
  ['groups that never close', () => Buffer.from(`{\\rtf1 text ${'{\\b '.repeat(100_000)}`)],
  ['binary of 4 GiB', () => Buffer.from('{\\rtf1 text \\bin4294967295 more}')],
  ['binary of a negative length', () => Buffer.from('{\\rtf1 text \\bin-5 more}')],
  [
    'a picture and an object of others',
    () =>
      Buffer.from(
        `{\\rtf1 text {\\field{\\*\\fldinst INCLUDEPICTURE "${url}/p.png"}}{\\object\\objautlink{\\*\\objdata 0105}}}`,
      ),
  ],
  [
    'letters of no encoding',
    () => Buffer.from(`{\\rtf1\\ansi\\ansicpg99999 ${"\\'ff\\u-1?\\u55357?\\uc999 x".repeat(1_000)}}`),
  ],
  [
    'a table of 100,000 cells',
    () => Buffer.from(`{\\rtf1 ${'\\trowd\\cellx100 a\\cell\\row '.repeat(100_000)}}`),
  ],
  ['a word of a million letters', () => Buffer.from(`{\\rtf1 \\${'a'.repeat(1_000_000)} text}`)],
  ['only a header', () => Buffer.from('{\\rtf1')],
];

const chained = (streams: string[]): Buffer => {
  const file = aCompoundFile(streams);
  // the allocation table lies in its own first sector, and every sector follows itself
  file.writeUInt32LE(1, 44);
  file.fill(0, 76, 512);
  return Buffer.concat([file, Buffer.alloc(4_096)]);
};

const compound = (random: Kitchen['random']): [extension: string, about: string, bytes: () => Buffer][] =>
  (
    [
      ['doc', ['Root Entry', 'WordDocument', '1Table']],
      ['hwp', ['Root Entry', 'FileHeader', 'DocInfo', 'BodyText']],
    ] as const
  ).flatMap(([extension, streams]) => [
    [extension, 'a directory and nothing else', () => aCompoundFile([...streams])],
    [extension, 'sectors that follow themselves', () => chained([...streams])],
    [
      extension,
      'noise behind the header',
      () => Buffer.concat([aCompoundFile([...streams]), noise(random, 50_000)]),
    ],
    [
      extension,
      '5,000 streams',
      () => aCompoundFile([...streams, ...Array.from({ length: 5_000 }, (_, at) => `Stream${at}`)]),
    ],
    [extension, 'a header and nothing else', () => aCompoundFile([...streams]).subarray(0, 512)],
  ]);

export const markupAttacks = ({ bait, random }: Kitchen): Recipe[] => [
  ...html(bait).map(([about, bytes]) => ({
    kind: 'HTML',
    about,
    make: () => ({ filename: 'page.html', bytes: bytes() }),
  })),
  ...rtf(bait).map(([about, bytes]) => ({
    kind: 'RTF',
    about,
    make: () => ({ filename: 'text.rtf', bytes: bytes() }),
  })),
  ...compound(random).map(([extension, about, bytes]) => ({
    kind: 'compound file',
    about: `${extension}: ${about}`,
    make: () => ({ filename: `old.${extension}`, bytes: bytes() }),
  })),
];
