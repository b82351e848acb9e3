import { openEpub, type TocEntry } from './epub-package.js';
import { FileFault } from './extraction-protocol.js';
import { parseHtml, walkHtml, type HtmlTree } from './html-tree.js';
import { decodeHtml } from './read-html.js';
import type { Reader } from './reader.js';
import { renderHtml } from './render-html.js';
import { statedTitle } from './stated-title.js';
import { isSameTitle, TextBuilder } from './text-builder.js';

interface Heading {
  level: number;
  title: string;
}

const headingsOf = ({ root }: HtmlTree): Heading[] => {
  const found: Heading[] = [];
  let open: Heading | undefined;
  walkHtml(root, {
    enter({ name }) {
      if (/^h[1-6]$/.test(name)) found.push((open = { level: Number(name[1]), title: '' }));
      return true;
    },
    text(part) {
      if (open) open.title += part;
    },
    leave({ name }) {
      if (/^h[1-6]$/.test(name)) open = undefined;
    },
  });
  return found.filter(({ title }) => title.trim() !== '');
};

const grouped = (entries: TocEntry[], keyOf: (entry: TocEntry) => string): Map<string, TocEntry[]> => {
  const groups = new Map<string, TocEntry[]>();
  for (const entry of entries) {
    const group = groups.get(keyOf(entry));
    if (group) group.push(entry);
    else groups.set(keyOf(entry), [entry]);
  }
  return groups;
};

/** A chapter's own headings lie below its entries in the table of contents, but for the one that says the same. */
const levelOffset = (headings: Heading[], entries: TocEntry[], levelBefore: number): number => {
  const same = entries.flatMap((entry) => {
    const heading = headings.find(({ title }) => isSameTitle(title, entry.title));
    return heading ? [entry.level - heading.level] : [];
  });
  if (same.length > 0) return same[0]!;
  const outermost = headings.reduce((least, { level }) => Math.min(least, level), 6);
  return (entries[0]?.level ?? levelBefore) + 1 - outermost;
};

/**
 * An EPUB in reading order. Its page numbers are those of its parts in that order (mostly chapters): it has no others
 * that hold on every screen. Headings are the entries of its table of contents and those in its text.
 */
export const readEpub: Reader = async (bytes, request, onProgress) => {
  const { archive, title, spine, toc } = await openEpub(bytes, request);
  if (spine.length > request.maxPages) throw new FileFault('too-many-pages');
  const byPart = grouped(toc, ({ part }) => part);
  const builder = new TextBuilder(request.maxTextChars);
  let levelBefore = 0;
  for (const [index, part] of spine.entries()) {
    builder.page(index + 1);
    const tree = parseHtml(
      decodeHtml((await archive.small(part, request.maxArchiveBytes)) ?? Buffer.alloc(0)),
    );
    const entries = byPart.get(part) ?? [];
    for (const { id, level, title: heading } of entries) if (id === '') builder.section(level, heading);
    renderHtml(tree.root, builder, {
      levelOffset: levelOffset(headingsOf(tree), entries, levelBefore),
      sections: grouped(entries, ({ id }) => id),
    });
    levelBefore = entries.at(-1)?.level ?? levelBefore;
    onProgress({ done: index + 1, total: spine.length, unit: 'pages' });
  }
  return builder.build(statedTitle(title));
};
