import { deflateRawSync } from 'node:zlib';
import CFB from 'cfb';
import { aZip } from './archive-fixture.js';

const namespaces =
  'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" ' +
  'xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head"';

export interface HwpParagraph {
  text: string;
  /** Of a heading: HWPX gets an outline level for it, HWP a type size. */
  level?: 1 | 2;
}
export interface HwpTable {
  cells: string[][];
}
export type HwpBlock = HwpParagraph | HwpTable;

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
/** Points, of text and of headings by their level. */
const sizes = [10, 16, 13];

const xmlParagraph = (run: string, shape = 0): string =>
  `<hp:p paraPrIDRef="${shape}" styleIDRef="0"><hp:run charPrIDRef="0">${run}</hp:run></hp:p>`;

const xmlBlock = (block: HwpBlock): string => {
  if ('text' in block) return xmlParagraph(`<hp:t>${escaped(block.text)}</hp:t>`, block.level);
  const rows = block.cells.map((cells, row) => {
    const made = cells.map(
      (text, column) =>
        `<hp:tc><hp:subList>${xmlParagraph(`<hp:t>${escaped(text)}</hp:t>`)}</hp:subList>` +
        `<hp:cellAddr colAddr="${column}" rowAddr="${row}"/><hp:cellSpan colSpan="1" rowSpan="1"/></hp:tc>`,
    );
    return `<hp:tr>${made.join('')}</hp:tr>`;
  });
  const columns = block.cells[0]!.length;
  return xmlParagraph(`<hp:tbl rowCnt="${rows.length}" colCnt="${columns}">${rows.join('')}</hp:tbl>`);
};

/** HWPX by hand: the parts that hold text and its outline. */
export const aHwpx = (blocks: HwpBlock[], { isEncrypted = false } = {}): Buffer => {
  const shapes = ['NONE', 'OUTLINE', 'OUTLINE'].map(
    (type, id) =>
      `<hh:paraPr id="${id}"><hh:heading type="${type}" idRef="0" level="${id - 1}"/></hh:paraPr>`,
  );
  const encryption = isEncrypted
    ? '<odf:encryption-data><odf:algorithm algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/></odf:encryption-data>'
    : '';
  return aZip([
    ['mimetype', 'application/hwp+zip'],
    [
      'META-INF/manifest.xml',
      `<odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">` +
        `<odf:file-entry full-path="Contents/section0.xml">${encryption}</odf:file-entry></odf:manifest>`,
    ],
    [
      'Contents/content.hpf',
      '<opf:package xmlns:opf="http://www.idpf.org/2007/opf/"><opf:manifest>' +
        '<opf:item id="section0" href="Contents/section0.xml" media-type="application/xml"/></opf:manifest>' +
        '<opf:spine><opf:itemref idref="section0"/></opf:spine></opf:package>',
    ],
    [
      'Contents/header.xml',
      `<hh:head ${namespaces}><hh:refList><hh:paraProperties>${shapes.join('')}</hh:paraProperties></hh:refList></hh:head>`,
    ],
    ['Contents/section0.xml', `<hs:sec ${namespaces}>${blocks.map(xmlBlock).join('')}</hs:sec>`],
  ]);
};

/** A record of a HWP 5 stream ("한글 문서 파일 형식 5.0", 4.1): tag, level and size in 32 bits, then its data. */
const record = (tag: number, level: number, data: Buffer): Buffer => {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(((data.length << 20) | (level << 10) | tag) >>> 0);
  return Buffer.concat([header, data]);
};

const shorts = (...values: number[]): Buffer => {
  const data = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => data.writeUInt16LE(value, index * 2));
  return data;
};

const tags = { charShape: 21, paragraph: 66, text: 67, shapes: 68, control: 71, list: 72, table: 77 };

const paragraph = (units: Buffer, shape: number, level: number): Buffer => {
  const header = Buffer.alloc(22);
  header.writeUInt32LE(units.length / 2, 0);
  header.writeUInt16LE(1, 12);
  const shapes = Buffer.alloc(8);
  shapes.writeUInt32LE(shape, 4);
  return Buffer.concat([
    record(tags.paragraph, level, header),
    record(tags.text, level + 1, units),
    record(tags.shapes, level + 1, shapes),
  ]);
};

const textUnits = (text: string): Buffer => Buffer.from(`${text}\r`, 'utf16le');

const tableRecords = ({ cells }: HwpTable): Buffer => {
  const tableId = Buffer.from(' lbt', 'latin1');
  const anchor = Buffer.concat([shorts(11), tableId, shorts(0, 0, 0, 0, 11), textUnits('')]);
  const columns = cells[0]!.length;
  const sizesOfRows = shorts(...cells.map((row) => row.length));
  const table = Buffer.concat([shorts(0, 0, cells.length, columns, 0, 0, 0, 0, 0), sizesOfRows, shorts(1)]);
  const lists = cells.flatMap((row, rowIndex) =>
    row.map((text, column) =>
      Buffer.concat([
        record(tags.list, 2, shorts(1, 0, 0, 0, column, rowIndex, 1, 1, 100, 0, 100, 0, 0, 0, 0, 0, 1)),
        paragraph(textUnits(text), 0, 2),
      ]),
    ),
  );
  return Buffer.concat([
    paragraph(anchor, 0, 0),
    record(tags.control, 1, Buffer.concat([tableId, Buffer.alloc(42)])),
    record(tags.table, 2, table),
    ...lists,
  ]);
};

const flags = { compressed: 1, encrypted: 2, rightsManaged: 16 };

/** HWP 5 by hand: a compound file with a header, character shapes of three sizes, and one section. */
export const aHwp = (blocks: HwpBlock[], protection?: 'encrypted' | 'rightsManaged'): Buffer => {
  const header = Buffer.alloc(256);
  header.write('HWP Document File', 'latin1');
  header.writeUInt32LE(0x05000300, 32);
  header.writeUInt32LE(flags.compressed | (protection ? flags[protection] : 0), 36);
  const shapes = sizes.map((size) => {
    const shape = Buffer.alloc(72);
    shape.writeUInt32LE(size * 100, 42);
    return record(tags.charShape, 1, shape);
  });
  const section = blocks.map((block) =>
    'text' in block ? paragraph(textUnits(block.text), block.level ?? 0, 0) : tableRecords(block),
  );
  const file = CFB.utils.cfb_new();
  CFB.utils.cfb_add(file, '/FileHeader', header);
  CFB.utils.cfb_add(file, '/DocInfo', deflateRawSync(Buffer.concat(shapes)));
  CFB.utils.cfb_add(file, '/BodyText/Section0', deflateRawSync(Buffer.concat(section)));
  return Buffer.from(CFB.write(file, { type: 'buffer' }) as Buffer);
};
