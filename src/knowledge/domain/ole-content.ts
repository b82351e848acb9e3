import type { Content } from './detect-type.js';
import { packedAs, type DocumentType } from './document-types.js';

/** [MS-CFB] 2.2: the header of a compound file, the container of Office 97 to 2003, HWP 5, Outlook and MSI. */
const mark = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const headerBytes = 512;
const directoryEntryBytes = 128;
/** A directory sector of the usual 512 bytes has 4; those of the formats below stand in the first few. */
const mostEntries = 256;

const office = 'application/vnd.openxmlformats-officedocument';
/** What a password turns the newer formats into. Their reader says so. */
const encrypted: DocumentType[] = [
  `${office}.wordprocessingml.document`,
  `${office}.presentationml.presentation`,
  `${office}.spreadsheetml.sheet`,
];

const byStream: [names: string[], Content][] = [
  [['WordDocument'], { types: ['application/msword'], description: 'a Word 97 to 2003 document (.doc)' }],
  [['FileHeader', 'HwpSummaryInformation'], { types: ['application/x-hwp'], description: 'a HWP document' }],
  [['EncryptedPackage'], { types: encrypted, description: 'an Office document with a password' }],
  [
    ['Workbook', 'Book'],
    {
      types: [],
      description: 'an Excel 97 to 2003 workbook (.xls)',
      foreignType: 'application/vnd.ms-excel',
    },
  ],
  [
    ['PowerPoint Document'],
    {
      types: [],
      description: 'a PowerPoint 97 to 2003 presentation (.ppt)',
      foreignType: 'application/vnd.ms-powerpoint',
    },
  ],
  [
    ['__properties_version1.0'],
    { types: [], description: 'an Outlook message (.msg)', foreignType: 'application/vnd.ms-outlook' },
  ],
];

const installer: Content = {
  types: [],
  description: 'a Windows installer (.msi)',
  foreignType: 'application/x-msi',
};
/** MSI packs the names of its tables into characters of this range. */
const packedName = /^[\u3800-\u4840]/;

/** Names may begin with a control character, which belongs to them. */
const withoutMark = (name: string): string => (name.charCodeAt(0) < 32 ? name.slice(1) : name);

/** The names in the directory, as far as it lies in the first bytes; undefined when none of it does. */
const directoryNames = (head: Buffer): string[] | undefined => {
  const sectorShift = head.readUInt16LE(30);
  if (sectorShift !== 9 && sectorShift !== 12) return undefined;
  const first = (head.readUInt32LE(48) + 1) * 2 ** sectorShift;
  if (first + directoryEntryBytes > head.length) return undefined;
  const names: string[] = [];
  for (let at = first; at + directoryEntryBytes <= head.length && names.length < mostEntries;) {
    const nameBytes = head.readUInt16LE(at + 64);
    if (nameBytes > 64) break;
    names.push(head.toString('utf16le', at, at + Math.max(nameBytes - 2, 0)));
    at += directoryEntryBytes;
  }
  return names;
};

export const looksLikeOle = (head: Buffer): boolean =>
  head.length >= headerBytes && head.subarray(0, mark.length).equals(mark);

/** Which format a compound file is, by its directory; any of ours, when that lies further back than the first bytes. */
export const oleContent = (head: Buffer): Content => {
  const names = directoryNames(head);
  for (const [streams, content] of byStream) {
    if (names?.some((name) => streams.includes(withoutMark(name)))) return content;
  }
  if (names?.some((name) => packedName.test(name))) return installer;
  // [MS-DOC] 2.5.1 and HWP 5 say what they are at the start of a stream too, which often comes first.
  if (head.indexOf('eca5', headerBytes, 'hex') === headerBytes) return byStream[0]![1];
  if (head.includes('HWP Document File', headerBytes, 'latin1')) return byStream[1]![1];
  return { types: [...packedAs('ole'), ...encrypted], description: 'an OLE compound file' };
};
