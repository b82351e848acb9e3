/** UTF-16 offsets; `end` exclusive. */
export interface TextRange {
  start: number;
  end: number;
}

/** A line that starts something of its own in Markdown and in plain text alike: list item, heading, table row. */
const blockLine = /^[ \t]{0,12}(?:#{1,6}[ \t]|[-*+•▪○●※◦□■❍►][ \t]|>|\||`{3}|~{3}|\d{1,3}[.)][ \t]|[①-⑳])/u;
const headingLine = /^[ \t]{0,3}(?:#{1,6}[ \t]|\||`{3}|~{3}|(?:=+|-+)[ \t]*$)/;

/** Below this share of the block's width, a line was ended on purpose and not by wrapping. */
const wrapShare = 0.7;
/** A look at the head of a line is enough to know its kind, however long it is. */
const headLength = 32;

interface Line extends TextRange {
  /** Length up to the first white space, bounded. */
  firstWord: number;
  startsBlock: boolean;
  standsAlone: boolean;
  blank: boolean;
}

const lineAt = (text: string, start: number): Line => {
  const newline = text.indexOf('\n', start);
  const end = newline === -1 ? text.length : newline;
  const head = text.slice(start, Math.min(end, start + headLength));
  const trimmed = head.trimStart();
  const space = trimmed.search(/\s/);
  return {
    start,
    end,
    firstWord: space === -1 ? trimmed.length : space,
    startsBlock: blockLine.test(head),
    standsAlone: headingLine.test(head),
    blank: trimmed === '' && text.slice(start, end).trim() === '',
  };
};

const continues = (line: Line, next: Line, width: number): boolean => {
  if (line.standsAlone || next.standsAlone || next.startsBlock) return false;
  return line.end - line.start + 1 + next.firstWord > width * wrapShare;
};

/** Joins the wrapped lines of one paragraph (no blank lines inside) into runs of running text. */
const runsOf = (lines: Line[]): TextRange[] => {
  const width = lines.reduce((widest, line) => Math.max(widest, line.end - line.start), 0);
  const runs: TextRange[] = [];
  let previous: Line | undefined;
  for (const line of lines) {
    const run = runs.at(-1);
    if (run && previous && continues(previous, line, width)) run.end = line.end;
    else runs.push({ start: line.start, end: line.end });
    previous = line;
  }
  return runs;
};

/**
 * The stretches of running text between hard breaks: blank lines, list items, headings, table rows, and line ends
 * where the next word would still have fitted (so the writer meant the break). Wrapped lines stay together.
 */
export const textBlocks = (text: string): TextRange[] => {
  const blocks: TextRange[] = [];
  let paragraph: Line[] = [];
  for (let start = 0; start < text.length;) {
    const line = lineAt(text, start);
    if (line.blank) {
      for (const run of runsOf(paragraph)) blocks.push(run);
      paragraph = [];
    } else paragraph.push(line);
    start = line.end + 1;
  }
  for (const run of runsOf(paragraph)) blocks.push(run);
  return blocks;
};
