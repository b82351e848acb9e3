import { cleanText } from './clean-text.js';

export interface PrettyJson {
  text: string;
  /** Containers large enough to be a section, with their key; offsets into `text`. */
  sections: { level: number; title: string; start: number }[];
}

const indent = '  ';
/** A container whose parts come to less stands on one line. */
const lineWidth = 100;
/** A container with more text than this, this near to the top, is a section. */
const sectionLength = 400;
const deepestSection = 4;
/** Indents are most of the text of what nests deeper. */
const deepest = 500;

const spaces = /[ \t\n\r]*/y;
const mark = /[{}[\],:]/y;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;

interface Open {
  closer: '}' | ']';
  /** Where its own line stands in `lines`. */
  line: number;
  items: number;
  title: string;
}

class NotJson extends Error {}

class Printer {
  private readonly lines: string[] = [];
  private readonly open: Open[] = [];
  private readonly sections: { level: number; title: string; line: number }[] = [];
  private at = 0;
  private key: string | undefined;

  constructor(private readonly source: string) {}

  /** One value from the source's start to its end. */
  print(): PrettyJson {
    do this.value();
    while (this.open.length > 0);
    if (this.source.slice(this.at).trim() !== '') throw new NotJson();
    return this.finished();
  }

  private next(): string {
    this.match(spaces);
    if (this.source[this.at] === '"') return this.string();
    const found = this.match(mark) ?? this.match(scalar);
    if (found === undefined) throw new NotJson();
    return found;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Read and written again: many writers escape all that is not ASCII, and nobody searches for `\uacc4`. */
  private string(): string {
    let end = this.at + 1;
    for (; end < this.source.length && this.source[end] !== '"'; end++) if (this.source[end] === '\\') end++;
    const raw = this.source.slice(this.at, end + 1);
    this.at = end + 1;
    try {
      return JSON.stringify(cleanText(JSON.parse(raw) as string));
    } catch {
      throw new NotJson();
    }
  }

  /** The next value of the innermost container with its key, or that container's end. */
  private value(): void {
    const container = this.open.at(-1);
    let part = this.next();
    if (container && part === container.closer && container.items === 0) return this.close(container);
    if (container && container.items > 0) {
      if (part === container.closer) return this.close(container);
      if (part !== ',') throw new NotJson();
      this.lines[this.lines.length - 1] += ',';
      part = this.next();
    }
    this.key = undefined;
    if (container?.closer === '}') {
      if (!part.startsWith('"') || this.next() !== ':') throw new NotJson();
      this.key = part;
      part = this.next();
    }
    this.start(part, container);
  }

  private start(part: string, container: Open | undefined): void {
    const depth = this.open.length;
    this.lines.push(indent.repeat(depth) + (this.key === undefined ? '' : `${this.key}: `) + part);
    const title = this.key === undefined ? `[${container?.items ?? 0}]` : (JSON.parse(this.key) as string);
    if (container) container.items++;
    if (part === '{' || part === '[') {
      if (depth >= deepest) throw new NotJson();
      this.open.push({ closer: part === '{' ? '}' : ']', line: this.lines.length - 1, items: 0, title });
    } else if (/^[}\],:]/.test(part)) throw new NotJson();
  }

  private close({ closer, line, title }: Open): void {
    this.open.pop();
    const depth = this.open.length;
    let length = 0;
    for (let index = line; index < this.lines.length && length <= lineWidth; index++)
      length += this.lines[index]!.trimStart().length + 1;
    if (length <= lineWidth) {
      const [start, ...parts] = this.lines.splice(line);
      const inside = parts.map((part) => part.trimStart()).join(' ');
      const space = closer === '}' && inside !== '' ? ' ' : '';
      this.lines.push(start! + space + inside + space + closer);
      return;
    }
    if (depth > 0 && depth <= deepestSection && this.lengthFrom(line) >= sectionLength)
      this.sections.push({ level: depth, title, line });
    this.lines.push(indent.repeat(depth) + closer);
  }

  private lengthFrom(line: number): number {
    let length = 0;
    for (let index = line; index < this.lines.length && length < sectionLength; index++)
      length += this.lines[index]!.length;
    return length;
  }

  private finished(): PrettyJson {
    const starts: number[] = [];
    let length = 0;
    for (const line of this.lines) {
      starts.push(length);
      length += line.length + 1;
    }
    const sections = this.sections
      .map(({ level, title, line }) => ({ level, title, start: starts[line]! }))
      .sort((a, b) => a.start - b.start);
    return { text: this.lines.join('\n'), sections };
  }
}

/**
 * JSON with line ends and indents. Numbers stay as they are written, so that none is rounded. Linear, without recursion. Undefined for what is not JSON or nests too deep.
 */
export const prettyJson = (source: string): PrettyJson | undefined => {
  try {
    return new Printer(source).print();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
};
