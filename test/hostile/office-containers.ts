import { aZip } from '../builders/archive-fixture.js';
import { relationsPart } from '../builders/office-fixture.js';

export type Entries = [name: string, content: string | Buffer][];

/** What an attack puts into the one XML part that holds a format's text. */
export interface XmlPart {
  /** Between the declaration and the root element. */
  doctype?: string;
  /** Where text stands in a harmless file; already escaped. */
  text: string;
  /** Raw elements beside the paragraph. */
  elements?: string;
}

export interface Container {
  extension: string;
  mainPart: string;
  entries: (part: XmlPart) => Entries;
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const xml = ({ doctype = '' }: XmlPart, root: string): string => `${declaration}${doctype}${root}`;

const ooxml = (main: string, parts: (part: XmlPart) => Entries): Container['entries'] => {
  const folder = main.slice(0, main.indexOf('/'));
  return (part) => [
    [
      '[Content_Types].xml',
      `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    ],
    ['_rels/.rels', relationsPart([['rId1', 'officeDocument', main]])],
    [
      `${folder}/_rels/${main.slice(folder.length + 1)}.rels`,
      relationsPart([
        [
          'rId1',
          folder === 'ppt' ? 'slide' : 'worksheet',
          folder === 'ppt' ? 'slides/slide1.xml' : 'worksheets/sheet1.xml',
        ],
        ['rId2', 'sharedStrings', 'sharedStrings.xml'],
      ]),
    ],
    ...parts(part),
  ];
};

const docx = ooxml('word/document.xml', (part) => [
  [
    'word/document.xml',
    xml(
      part,
      `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${part.text}</w:t></w:r></w:p>${part.elements ?? ''}</w:body></w:document>`,
    ),
  ],
]);

const main =
  'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

const xlsx = ooxml('xl/workbook.xml', (part) => [
  [
    'xl/workbook.xml',
    `${declaration}<workbook ${main}><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  ['xl/sharedStrings.xml', xml(part, `<sst ${main}><si><t>${part.text}</t></si></sst>`)],
  [
    'xl/worksheets/sheet1.xml',
    `${declaration}<worksheet ${main}><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>${part.elements ?? ''}</sheetData></worksheet>`,
  ],
]);

const pptx = ooxml('ppt/presentation.xml', (part) => [
  [
    'ppt/presentation.xml',
    `${declaration}<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>`,
  ],
  [
    'ppt/slides/slide1.xml',
    xml(
      part,
      `<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>${part.text}</a:t></a:r></a:p></p:txBody></p:sp>${part.elements ?? ''}</p:spTree></p:cSld></p:sld>`,
    ),
  ],
]);

const names = 'urn:oasis:names:tc:opendocument:xmlns';
const odf =
  (kind: string, body: (part: XmlPart) => string): Container['entries'] =>
  (part) => [
    ['mimetype', `application/vnd.oasis.opendocument.${kind}`],
    [
      'META-INF/manifest.xml',
      `${declaration}<manifest:manifest xmlns:manifest="${names}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.${kind}"/></manifest:manifest>`,
    ],
    [
      'content.xml',
      xml(
        part,
        `<office:document-content xmlns:office="${names}:office:1.0" xmlns:text="${names}:text:1.0" xmlns:table="${names}:table:1.0" xmlns:draw="${names}:drawing:1.0"><office:body>${body(part)}</office:body></office:document-content>`,
      ),
    ],
  ];

const epub: Container['entries'] = (part) => [
  ['mimetype', 'application/epub+zip'],
  [
    'META-INF/container.xml',
    `${declaration}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
  ],
  [
    'OEBPS/content.opf',
    `${declaration}<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Book</dc:title></metadata><manifest><item id="c1" href="c1.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c1"/></spine></package>`,
  ],
  [
    'OEBPS/c1.xhtml',
    xml(
      part,
      `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><p>${part.text}</p>${part.elements ?? ''}</body></html>`,
    ),
  ],
];

const hwpx: Container['entries'] = (part) => [
  ['mimetype', 'application/hwp+zip'],
  [
    'META-INF/container.xml',
    `${declaration}<ocf:container xmlns:ocf="urn:oasis:names:tc:opendocument:xmlns:container"><ocf:rootfiles><ocf:rootfile full-path="Contents/content.hpf" media-type="application/hwpml-package+xml"/></ocf:rootfiles></ocf:container>`,
  ],
  [
    'Contents/content.hpf',
    `${declaration}<opf:package xmlns:opf="http://www.idpf.org/2007/opf/"><opf:manifest><opf:item id="section0" href="Contents/section0.xml" media-type="application/xml"/></opf:manifest><opf:spine><opf:itemref idref="section0"/></opf:spine></opf:package>`,
  ],
  [
    'Contents/header.xml',
    `${declaration}<hh:head xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head" version="1.4" secCnt="1"/>`,
  ],
  [
    'Contents/section0.xml',
    xml(
      part,
      `<hs:sec xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph"><hp:p><hp:run><hp:t>${part.text}</hp:t></hp:run></hp:p>${part.elements ?? ''}</hs:sec>`,
    ),
  ],
];

/** A minimal file of each format that is XML in a ZIP archive. */
export const containers: Container[] = [
  { extension: 'docx', mainPart: 'word/document.xml', entries: docx },
  { extension: 'xlsx', mainPart: 'xl/sharedStrings.xml', entries: xlsx },
  { extension: 'pptx', mainPart: 'ppt/slides/slide1.xml', entries: pptx },
  {
    extension: 'odt',
    mainPart: 'content.xml',
    entries: odf(
      'text',
      ({ text, elements = '' }) => `<office:text><text:p>${text}</text:p>${elements}</office:text>`,
    ),
  },
  {
    extension: 'ods',
    mainPart: 'content.xml',
    entries: odf(
      'spreadsheet',
      ({ text, elements = '' }) =>
        `<office:spreadsheet><table:table table:name="One"><table:table-row><table:table-cell><text:p>${text}</text:p></table:table-cell></table:table-row>${elements}</table:table></office:spreadsheet>`,
    ),
  },
  {
    extension: 'odp',
    mainPart: 'content.xml',
    entries: odf(
      'presentation',
      ({ text, elements = '' }) =>
        `<office:presentation><draw:page draw:name="One"><draw:frame><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame>${elements}</draw:page></office:presentation>`,
    ),
  },
  { extension: 'epub', mainPart: 'OEBPS/c1.xhtml', entries: epub },
  { extension: 'hwpx', mainPart: 'Contents/section0.xml', entries: hwpx },
];

/** The mimetype part first and not compressed, as its readers want it. */
export const packed = (entries: Entries): Buffer => aZip(entries);
