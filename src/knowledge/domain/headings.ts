import type { ExtractedText } from './chunk.js';

/** Breadcrumbs are bounded: a "heading" of a hostile file may be a page long. */
const longestTitle = 200;
const deepestPath = 6;

/** The last element that starts at or before `offset`; elements ascend by `start`. */
export const lastStartingBy = <T extends { start: number }>(elements: T[], offset: number): T | undefined => {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (elements[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return elements[low - 1];
};

/** For each heading in turn, the titles from the outermost level down to itself. */
export const headingPaths = (headings: ExtractedText['headings']): { start: number; path: string[] }[] => {
  const open: { level: number; title: string }[] = [];
  return headings.map(({ level, title, start }) => {
    while (open.length > 0 && open.at(-1)!.level >= level) open.pop();
    open.push({ level, title: title.slice(0, longestTitle).replace(/[\ud800-\udbff]$/, '') });
    return { start, path: open.slice(-deepestPath).map((heading) => heading.title) };
  });
};

const fence = /^ {0,3}(`{3,}|~{3,})/;
const atxHeading = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const longestHeadingLine = 1_000;

const titleOf = (raw: string): string =>
  raw
    .trim()
    .replace(/(?:^|[ \t])#+$/, '')
    .replace(/[*_`]{1,3}/g, '')
    .trim();

/** Settings that writers of pages put before the text; as Markdown its end would underline its last line. */
const frontMatter = /^---[ \t]*\n(?:(?!---)[^\n]{0,2000}\n){0,200}?(?:---|\.\.\.)[ \t]*(?:\n|$)/;

/** Where the text proper starts, and the title that front matter states. */
export const markdownFrontMatter = (text: string): { end: number; title: string | null } => {
  const found = frontMatter.exec(text)?.[0] ?? '';
  const title = /^title[ \t]*:[ \t]*(["']?)(.{1,500}?)\1[ \t]*$/m.exec(found)?.[2] ?? null;
  return { end: found.length, title };
};

/** Markdown's headings (`#` and underlined ones) outside fenced code. Linear. */
export const markdownHeadings = (text: string): ExtractedText['headings'] => {
  const headings: ExtractedText['headings'] = [];
  let open: string | undefined;
  let previous: { start: number; line: string } | undefined;
  for (let start = markdownFrontMatter(text).end; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, Math.min(end, start + longestHeadingLine));
    const mark = fence.exec(line)?.[1];
    if (open !== undefined) {
      if (mark?.startsWith(open) && line.trim() === mark) open = undefined;
      previous = undefined;
    } else if (mark) {
      open = mark;
      previous = undefined;
    } else {
      const atx = atxHeading.exec(line);
      const underline = /^ {0,3}(=+|-{3,})[ \t]*$/.exec(line)?.[1];
      const found = atx
        ? { level: atx[1]!.length, title: titleOf(atx[2]!), start }
        : underline && previous
          ? { level: underline.startsWith('=') ? 1 : 2, title: titleOf(previous.line), start: previous.start }
          : undefined;
      if (found && found.title !== '') headings.push(found);
      const plain = !atx && !underline && /^ {0,3}[^\s>|#*+-]/.test(line) && line.length < 200;
      previous = plain && previous === undefined ? { start, line } : undefined;
      if (line.trim() === '') previous = undefined;
    }
    start = end + 1;
  }
  return headings;
};
