/** One line of a PDF page as it was set, in points; the page's origin is its lower left corner. */
export interface PdfLine {
  text: string;
  page: number;
  size: number;
  left: number;
  right: number;
  top: number;
  /** The line's text ended in a real space, so the line was broken between words. Undefined where nobody can tell. */
  endsInSpace?: boolean;
  /** Of a table's row, from left to right; empty ones included. */
  cells?: string[];
}

const bullet = /^(?:[-•▪●○◦■□※*·–][ \t]|\(?\d{1,3}[.)][ \t]|\([가-하a-z]\)|[①-⑳]|제\s?\d+\s?[조장절항])/u;

const hangulEnumerator = /^[가나다라마바사아자차카타파하][.)]\s/;

/** Whether the line starts an item. `다. ` does so only after a sentence: it is the commonest end of one, too. */
export const startsItem = (line: PdfLine, above?: PdfLine): boolean =>
  bullet.test(line.text) ||
  (hangulEnumerator.test(line.text) && (above === undefined || sentenceEnd.test(above.text)));

export const sentenceEnd = /[.!?。:;][)"'”’」』\]]*$/;
/** `. . . . 17`: a line of a table of contents. */
export const leader = /(?:\. ?){4,}|·{4,}|…{2,}/;

/** The size that most of the text is set in. */
export const bodySize = (lines: PdfLine[]): number => {
  const bySize = [...lines].sort((a, b) => a.size - b.size);
  const half = bySize.reduce((sum, line) => sum + line.text.length, 0) / 2;
  let seen = 0;
  return bySize.find((line) => (seen += line.text.length) >= half)?.size ?? 0;
};

/** From baseline to baseline of running text; 0 when there is no running text. */
export const linePitch = (lines: PdfLine[], size: number): number => {
  const pitches: number[] = [];
  for (let at = 1; at < lines.length; at++) {
    const [above, below] = [lines[at - 1]!, lines[at]!];
    const pitch = above.top - below.top;
    const running =
      above.page === below.page && Math.abs(above.size - size) < 0.5 && Math.abs(below.size - size) < 0.5;
    if (running && pitch > 0 && pitch < size * 3) pitches.push(pitch);
  }
  // below the median: documents of short paragraphs have as many gaps as lines
  return pitches.sort((a, b) => a - b)[Math.floor(pitches.length * 0.35)] ?? 0;
};

/** Lines this near to a page's first and last one may be running headers and footers. */
const marginLines = 2;
const fewestPages = 4;
const fewestRepeats = 2;

/** A page with fewer lines has no room for a header: what stands there is what it has to say. */
const fewestLines = 6;
/** Running lines stand apart from the text by more than this many times its pitch. */
const marginGap = 1.4;

const pagesOf = (lines: PdfLine[]): PdfLine[][] => {
  const pages = new Map<number, PdfLine[]>();
  for (const line of lines) {
    const page = pages.get(line.page);
    if (page) page.push(line);
    else pages.set(line.page, [line]);
  }
  return [...pages.values()];
};

/** The lines at the top and bottom of each page that stand apart from its text. */
const margins = (lines: PdfLine[]): Set<PdfLine> => {
  const size = bodySize(lines);
  const gap = Math.max(linePitch(lines, size), size) * marginGap;
  const found = new Set<PdfLine>();
  for (const page of pagesOf(lines).filter(({ length }) => length >= fewestLines)) {
    for (const inward of [page, page.toReversed()]) {
      for (let count = marginLines; count > 0; count--) {
        const apart = Math.abs(inward[count - 1]!.top - inward[count]!.top) > gap;
        if (apart) for (const line of inward.slice(0, count)) found.add(line);
      }
    }
  }
  return found;
};

const edgeNumber = /^\s*[-–—]?\s*(\d{1,5})(?!\d)|(?<!\d)(\d{1,5})\s*[-–—]?\s*$/g;
const roman = /^[ivxlc]+$/i;

/** The numbers at a line's ends: one of them may be the page's. */
const edgeNumbers = (line: PdfLine): number[] =>
  [...line.text.slice(-200).matchAll(edgeNumber)].map((match) => Number(match[1] ?? match[2]));

/** Printed page numbers run ahead of or behind the file's pages by a constant: the commonest one, if it is common. */
const pageNumberOffset = (candidates: Set<PdfLine>): number | undefined => {
  const counts = new Map<number, number>();
  for (const line of candidates) {
    for (const number of edgeNumbers(line))
      counts.set(number - line.page, (counts.get(number - line.page) ?? 0) + 1);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  return best && best[1] >= fewestRepeats ? best[0] : undefined;
};

/** The line without the page's own number: equal for a running line on each of its pages. Other numbers stay. */
const shapeOf = (line: PdfLine, offset: number | undefined): string =>
  line.text.replace(edgeNumber, (found) =>
    offset !== undefined && Number(/\d+/.exec(found)![0]) === line.page + offset ? '#' : found,
  );

/**
 * Without page numbers, and with each running header or footer where it stands first only: repeated on every page
 * they would break sentences in two and look relevant to everything.
 */
export const withoutRunningLines = (lines: PdfLine[], pageCount: number): PdfLine[] => {
  if (pageCount < fewestPages) return lines;
  const candidates = margins(lines);
  const offset = pageNumberOffset(candidates);
  const shapes = new Map([...candidates].map((line) => [line, shapeOf(line, offset)]));
  const keyOf = (line: PdfLine): string => `${Math.round(line.top / 4)}:${shapes.get(line)}`;
  const repeats = new Map<string, number>();
  for (const line of candidates) repeats.set(keyOf(line), (repeats.get(keyOf(line)) ?? 0) + 1);
  const shown = new Set<string>();
  return lines.filter((line) => {
    const shape = shapes.get(line);
    if (shape === undefined) return true;
    if (/^[-–—\s]*(?:page\s*)?#(?:\s*(?:\/|of)\s*\d+)?[-–—\s]*$/i.test(shape) || roman.test(shape))
      return false;
    if ((repeats.get(keyOf(line)) ?? 0) < fewestRepeats) return true;
    if (shown.has(shape)) return false;
    shown.add(shape);
    return true;
  });
};
