import type { Content } from './detect-type.js';
import { packedAs, type DocumentType } from './document-types.js';

const localHeader = 0x04034b50;
const headerBytes = 30;
/** Names in archives of documents are short; what is longer is not one that tells anything. */
const longestName = 512;
const longestMimeType = 100;
/** More entries than this in the first bytes would be an archive of empty files. */
const mostEntries = 500;

interface LocalEntry {
  name: string;
  /** The entry's own bytes, as far as they are there; only where it is not compressed. */
  stored: Buffer | undefined;
}

/** The entries whose headers lie in the first bytes of an archive. Linear. */
const localEntries = (head: Buffer): LocalEntry[] => {
  const entries: LocalEntry[] = [];
  let at = 0;
  while (entries.length < mostEntries && at + headerBytes <= head.length) {
    if (head.readUInt32LE(at) !== localHeader) break;
    const nameLength = head.readUInt16LE(at + 26);
    const data = at + headerBytes + nameLength + head.readUInt16LE(at + 28);
    const packedBytes = head.readUInt32LE(at + 18);
    const isStored = head.readUInt16LE(at + 8) === 0;
    entries.push({
      name: head.toString('utf8', at + headerBytes, at + headerBytes + Math.min(nameLength, longestName)),
      stored: isStored ? head.subarray(data, data + packedBytes) : undefined,
    });
    const sizeFollows = (head.readUInt16LE(at + 6) & 8) !== 0 && packedBytes === 0;
    at = sizeFollows ? head.indexOf('PK\x03\x04', data, 'latin1') : data + packedBytes;
    if (at < 0) break;
  }
  return entries;
};

const office = 'application/vnd.openxmlformats-officedocument';
const byFolder: [prefix: string, DocumentType][] = [
  ['word/', `${office}.wordprocessingml.document`],
  ['ppt/', `${office}.presentationml.presentation`],
  ['xl/', `${office}.spreadsheetml.sheet`],
  // a HWPX written by a tool that left its `mimetype` out
  ['Contents/section', 'application/hwp+zip'],
];
const known = new Set<string>(packedAs('zip'));

/** The type that a `mimetype` entry states: OpenDocument, EPUB and HWPX begin with one. */
const statedType = (entry: LocalEntry | undefined): string | undefined => {
  if (entry?.name !== 'mimetype' || !entry.stored || entry.stored.length > longestMimeType) return undefined;
  return entry.stored
    .toString('latin1')
    .trim()
    .replace(/-(?:template|web|master)$/, '');
};

export const looksLikeZip = (head: Buffer): boolean =>
  head.length >= 4 && (head.readUInt32LE(0) === localHeader || head.readUInt32LE(0) === 0x06054b50);

/**
 * Which format a ZIP archive is, by the entries at its start. Where they do not tell it may be any of those that are
 * ZIP archives: then the name decides, and whoever reads the whole has to make sure.
 */
export const zipContent = (head: Buffer): Content => {
  const entries = localEntries(head);
  const stated = statedType(entries[0]);
  if (stated !== undefined) {
    return known.has(stated)
      ? { types: [stated as DocumentType], description: `a ${stated}` }
      : { types: [], description: `a ${stated.replace(/[^\x20-\x7e]/g, '')}`, foreignType: stated };
  }
  const folder = byFolder.find(([prefix]) => entries.some(({ name }) => name.startsWith(prefix)));
  if (folder) return { types: [folder[1]], description: `a ${folder[1]}` };
  return { types: packedAs('zip'), description: 'a ZIP archive' };
};
