import type { ExtractedText } from './chunk.js';

type Heading = ExtractedText['headings'][number];

const longestLine = 120;
const deepest = 6;

/** Parts of Korean statutes and contracts, outermost first. */
const statuteParts = ['편', '장', '절', '관'];
const statutePart = /^\s{0,12}(제\s?\d{1,4}\s?(편|장|절|관)(?:의\s?\d{1,3})?(?:\s.{1,60})?)$/;
/** An article is one by its title in parentheses; without, it is a reference that begins a line. */
const article = /^\s{0,12}(제\s?\d{1,4}\s?조(?:의\s?\d{1,3})?\s?\([^()]{1,60}\))(?=\s|[①-⑳]|$)/;
/** As RFCs number them: `3.1.  Terminology`. */
const numbered = /^(\d{1,2}(?:\.\d{1,2}){0,4})\.?[ \t]+[\p{Lu}가-힣].{1,80}$/u;
const underline = /^([=\-~^*"#+`])\1{2,}\s*$/;
const capitals = /^[A-Z][A-Z0-9 /&',()-]{2,60}$/;
const sentenceEnd = /[.!?:;,다요]$/;

interface Line {
  start: number;
  text: string;
}

const isBlank = (line: Line | undefined): boolean => line === undefined || line.text.trim() === '';

class HeadingFinder {
  private readonly headings: Heading[] = [];
  /** Underlining characters by first use: which of them is the outermost is the writer's choice. */
  private readonly underlines: string[] = [];

  constructor(private readonly lines: Line[]) {}

  find(): Heading[] {
    for (let index = 0; index < this.lines.length; index++) {
      const found = this.headingAt(index);
      if (found) this.headings.push({ ...found, start: this.lines[index]!.start });
    }
    return this.headings;
  }

  private headingAt(index: number): Omit<Heading, 'start'> | undefined {
    const { text } = this.lines[index]!;
    if (text.trim() === '') return undefined;
    const part = statutePart.exec(text);
    if (part && !sentenceEnd.test(text)) {
      return { level: statuteParts.indexOf(part[2]!) + 1, title: part[1]! };
    }
    const named = article.exec(text)?.[1];
    if (named) return { level: statuteParts.length + 1, title: named };
    if (text.length > longestLine) return undefined;
    return this.underlined(index) ?? this.alone(index);
  }

  private underlined(index: number): Omit<Heading, 'start'> | undefined {
    const { text } = this.lines[index]!;
    const [before, below] = [this.lines[index - 1], this.lines[index + 1]];
    const mark = below && underline.exec(below.text)?.[1];
    if (!mark || underline.test(text) || !/[\p{L}\p{N}]/u.test(text)) return undefined;
    const isOverlined = before !== undefined && underline.test(before.text);
    if (!isBlank(before) && !isOverlined) return undefined;
    // a line under something much longer is a border
    if (below.text.trimEnd().length < text.trim().length * 0.6) return undefined;
    if (!this.underlines.includes(mark)) this.underlines.push(mark);
    return { level: Math.min(this.underlines.indexOf(mark) + 1, deepest), title: text.trim() };
  }

  /** One of several plain numbers with nothing between them: a list and no headings. */
  private isListed(index: number, number: string): boolean {
    if (number.includes('.')) return false;
    const neighbours = [this.lines[index - 2], this.lines[index + 2]];
    return neighbours.some((line) => line !== undefined && /^\d{1,2}\.?[ \t]/.test(line.text));
  }

  /** Numbered, or in capitals over indented text as manual pages have it. */
  private alone(index: number): Omit<Heading, 'start'> | undefined {
    const { text } = this.lines[index]!;
    if (!isBlank(this.lines[index - 1])) return undefined;
    const below = this.lines[index + 1];
    const number = numbered.exec(text)?.[1];
    if (
      number &&
      isBlank(below) &&
      !this.isListed(index, number) &&
      !sentenceEnd.test(text) &&
      !/\.{3}|(?:\. ){3}/.test(text)
    ) {
      return { level: number.split('.').length, title: text.trim() };
    }
    const isCapitals = capitals.test(text) && below !== undefined && /^\s{2,}\S/.test(below.text);
    return isCapitals ? { level: 1, title: text.trim() } : undefined;
  }
}

/** Only what may be a heading is looked at, so a line is as long as one can be. */
const linesOf = (text: string): Line[] => {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    lines.push({ start, text: text.slice(start, Math.min(end, start + longestLine * 2)) });
    start = end + 1;
  }
  return lines;
};

/**
 * Headings of plain text by how people set them off: underlined, numbered with an empty line around, in capitals over
 * indented text, and the parts and titled articles of Korean statutes. Linear.
 */
export const plainHeadings = (text: string): Heading[] => new HeadingFinder(linesOf(text)).find();
