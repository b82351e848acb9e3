import { cleanText } from './clean-text.js';
import type { RecognisedLine, RecognisedWord } from './page-recogniser.js';
import type { PdfLine } from './pdf-lines.js';
import type { PdfFragment } from './pdf-page.js';

/** What was recognised on one page. */
export interface RecognisedPage {
  /** From 1. */
  number: number;
  /** Of the picture that was read, in pixels. */
  height: number;
  pixelsPerPoint: number;
  lines: RecognisedLine[];
}

/** Lines of print had 46 and more, nearly all over 80; garbled ones and most of what textures give had 14 to 38. */
const leastConfidence = 45;
/** A gap as wide as the line is high parts columns and cells, as in a PDF with text. */
const wideGap = 1;
/**
 * Heights of one type size differ by this: not every line has ascenders and descenders, and rules touch letters. Beyond
 * it are titles; smaller headings are taken for text, which is better than text that is taken for headings.
 */
const sameSize = 0.3;
/** A type size is larger than what its letters cover of it. */
const sizeOfHeight = 1.2;

const heightOf = ({ box }: RecognisedLine): number => box.y1 - box.y0;

const isText = ({ text, confidence }: RecognisedLine): boolean =>
  confidence >= leastConfidence && /[\p{L}\p{N}]/u.test(text);

interface Part {
  text: string;
  words: RecognisedWord[];
}

/** The line where it has wide gaps in it; whole when its words are not what its text is made of. */
const partsOf = (line: RecognisedLine): Part[] => {
  const gap = heightOf(line) * wideGap;
  const parts: Part[] = [{ text: '', words: [] }];
  let at = 0;
  for (const word of line.words) {
    const from = line.text.indexOf(word.text, at);
    const between = line.text.slice(at, from);
    if (from === -1 || between.trim() !== '') return [line];
    const part = parts.at(-1)!;
    const before = part.words.at(-1);
    if (between.length > 1 && before && word.box.x0 - before.box.x1 > gap)
      parts.push({ text: word.text, words: [word] });
    else {
      part.text += between + word.text;
      part.words.push(word);
    }
    at = from + word.text.length;
  }
  return parts;
};

const rowOf = (line: RecognisedLine, page: RecognisedPage, size: number): PdfFragment[] =>
  partsOf(line).map(({ text, words }): PdfLine => ({
    text: cleanText(text).replace(/\s+/g, ' ').trim(),
    page: page.number,
    size,
    left: Math.min(...words.map(({ box }) => box.x0)) / page.pixelsPerPoint,
    right: Math.max(...words.map(({ box }) => box.x1)) / page.pixelsPerPoint,
    top: (page.height - line.box.y0) / page.pixelsPerPoint,
  }));

/**
 * The recognised lines of a document's pages as those of a PDF with text, in points, each in fragments where wide gaps
 * part it. What is likelier a picture than text is left out. Sizes near the usual one are taken for it.
 */
export const recognisedRows = (pages: RecognisedPage[]): Map<number, PdfFragment[][]> => {
  const sizeOf = (line: RecognisedLine, page: RecognisedPage): number =>
    (heightOf(line) / page.pixelsPerPoint) * sizeOfHeight;
  const sizes = pages.flatMap((page) => page.lines.filter(isText).map((line) => sizeOf(line, page)));
  const usual = sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)] ?? 0;
  const rounded = (size: number): number => (Math.abs(size - usual) <= usual * sameSize ? usual : size);
  return new Map(
    pages.map((page) => [
      page.number,
      page.lines.filter(isText).map((line) => rowOf(line, page, rounded(sizeOf(line, page)))),
    ]),
  );
};
