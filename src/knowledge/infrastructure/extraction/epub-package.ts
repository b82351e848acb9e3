import { posix } from 'node:path';
import { FileFault, type ExtractionRequest } from './extraction-protocol.js';
import { parseHtml, walkHtml } from './html-tree.js';
import { Archive } from './office/archive.js';
import { attribute, readXml } from './office/xml.js';

export interface TocEntry {
  /** From 1. */
  level: number;
  title: string;
  /** The part that it leads to, and the id of the element there ('' for its start). */
  part: string;
  id: string;
}

export interface EpubPackage {
  archive: Archive;
  title: string | null;
  /** Names of the parts in reading order; those of other types than pages left out. */
  spine: string[];
  toc: TocEntry[];
}

interface Item {
  part: string;
  mediaType: string;
  isNavigation: boolean;
}

const container = 'META-INF/container.xml';
const encryption = 'META-INF/encryption.xml';
/** What scrambles fonts is no protection of the text (EPUB 3.3, 4.4; Adobe's of before). */
const fontAlgorithms = /^http:\/\/(?:www\.idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC)$/;
const pageTypes = /^(?:application\/xhtml\+xml|text\/html|application\/x-dtbook\+xml)$/;
const ncxType = 'application/x-dtbncx+xml';
const mostEntries = 20_000;

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
};

/** The part that a reference in another part leads to. Names only: nothing outside the archive is looked at. */
const targetOf = (href: string, from: string): { part: string; id: string } => {
  const [path = '', id = ''] = href.split('#', 2);
  const part = path === '' ? from : posix.join(posix.dirname(from), decoded(path));
  return { part, id: decoded(id) };
};

const refuseProtected = async (archive: Archive): Promise<void> => {
  if (!archive.has(encryption)) return;
  let inData = false;
  await readXml(archive.read(encryption), {
    open(name, attributes) {
      if (name === 'EncryptedData') inData = true;
      const algorithm =
        name === 'EncryptionMethod' && inData ? attribute(attributes, 'Algorithm') : undefined;
      // the first method of an entry is that of its data; those of its keys come later
      if (algorithm === undefined) return;
      inData = false;
      if (!fontAlgorithms.test(algorithm)) throw new FileFault('document-encrypted');
    },
  });
};

const packagePart = async (archive: Archive): Promise<string> => {
  if (!archive.has(container)) throw new FileFault('type-mismatch');
  let part: string | undefined;
  await readXml(archive.read(container), {
    open(name, attributes) {
      if (name === 'rootfile') part ??= attribute(attributes, 'full-path');
    },
  });
  if (part === undefined || !archive.has(part)) throw new FileFault('document-damaged');
  return part;
};

interface PackageDocument {
  title: string | null;
  items: Map<string, Item>;
  spine: string[];
}

const readPackage = async (archive: Archive, part: string): Promise<PackageDocument> => {
  const items = new Map<string, Item>();
  const spine: string[] = [];
  const titles: string[] = [];
  let inTitle = false;
  await readXml(archive.read(part), {
    open(name, attributes) {
      inTitle = name === 'title';
      if (inTitle) titles.push('');
      const [id, href] = [attribute(attributes, 'id'), attribute(attributes, 'href')];
      if (name === 'item' && id !== undefined && href !== undefined) {
        items.set(id, {
          part: targetOf(href, part).part,
          mediaType: attribute(attributes, 'media-type') ?? '',
          isNavigation: (attribute(attributes, 'properties') ?? '').split(/\s+/).includes('nav'),
        });
      } else if (name === 'itemref') spine.push(attribute(attributes, 'idref') ?? '');
    },
    text(text) {
      if (inTitle) titles[titles.length - 1] += text;
    },
    close() {
      inTitle = false;
    },
  });
  return { title: titles[0] ?? null, items, spine };
};

/** EPUB 2: points inside points, each with a label and a place. */
const readNcx = async (archive: Archive, part: string): Promise<TocEntry[]> => {
  const entries: TocEntry[] = [];
  let level = 0;
  let title = '';
  let inLabel = false;
  await readXml(archive.read(part), {
    open(name, attributes) {
      if (name === 'navPoint') {
        level++;
        title = '';
      } else if (name === 'navLabel') inLabel = level > 0;
      else if (name === 'content' && level > 0 && entries.length < mostEntries) {
        entries.push({ level, title, ...targetOf(attribute(attributes, 'src') ?? '', part) });
      }
    },
    text(text) {
      if (inLabel) title += text;
    },
    close(name) {
      if (name === 'navPoint') level--;
      else if (name === 'navLabel') inLabel = false;
    },
  });
  return entries;
};

/** A table of contents that cannot be read is no reason to refuse the book. */
const readNcxIfWhole = async (archive: Archive, part: string): Promise<TocEntry[]> => {
  try {
    return await readNcx(archive, part);
  } catch (error) {
    if (error instanceof FileFault && error.fault === 'document-damaged') return [];
    throw error;
  }
};

/** EPUB 3: lists inside lists of links, in the `nav` that says it is the table of contents. */
const readNavigation = async (archive: Archive, part: string, maxBytes: number): Promise<TocEntry[]> => {
  const tree = parseHtml((await archive.small(part, maxBytes))?.toString('utf8') ?? '');
  const entries: TocEntry[] = [];
  let navigation = 0;
  let level = 0;
  let link: TocEntry | undefined;
  walkHtml(tree.root, {
    enter({ name, attributes }) {
      if (name === 'nav' && (attributes['epub:type'] ?? 'toc').split(/\s+/).includes('toc')) navigation++;
      else if (navigation > 0 && name === 'ol') level++;
      else if (navigation > 0 && level > 0 && name === 'a' && entries.length < mostEntries) {
        link = { level, title: '', ...targetOf(attributes.href ?? '', part) };
        entries.push(link);
      }
      return true;
    },
    text(text) {
      if (link) link.title += text;
    },
    leave({ name }) {
      if (name === 'a') link = undefined;
      else if (name === 'ol' && navigation > 0) level--;
      else if (name === 'nav' && level === 0) navigation = 0;
    },
  });
  return entries;
};

/** What an EPUB says of itself: its title, its pages in reading order, its table of contents. */
export const openEpub = async (bytes: Buffer, limits: ExtractionRequest): Promise<EpubPackage> => {
  const archive = await Archive.open(bytes, limits);
  await refuseProtected(archive);
  const { title, items, spine } = await readPackage(archive, await packagePart(archive));
  const all = [...items.values()].filter(({ part }) => archive.has(part));
  const navigation = all.find(({ isNavigation }) => isNavigation);
  const ncx = all.find(({ mediaType }) => mediaType === ncxType);
  const toc = navigation ? await readNavigation(archive, navigation.part, limits.maxArchiveBytes) : [];
  const pages = spine
    .map((id) => items.get(id))
    .filter((item) => item && !item.isNavigation && pageTypes.test(item.mediaType) && archive.has(item.part));
  return {
    archive,
    title,
    // a page that is named twice is read once
    spine: [...new Set(pages.map((item) => item!.part))],
    toc: toc.length === 0 && ncx ? await readNcxIfWhole(archive, ncx.part) : toc,
  };
};
