import type { Block } from '../office/block.js';
import { FileFault } from '../extraction-protocol.js';
import { RtfEncoding } from './rtf-encoding.js';
import { RtfTable } from './rtf-table.js';
import type { RtfToken } from './rtf-tokens.js';
import { characterWords, readGroups, skippedGroups } from './rtf-words.js';

type Destination = 'body' | 'skipped' | 'fonts' | 'styles' | 'info' | 'title' | 'mark' | 'note';

/** What a group inherits from the one around it, and loses at its end. */
interface Group {
  destination: Destination;
  font: number | undefined;
  /** How many characters after a `\u` stand for it where it is not known. */
  fallbackChars: number;
  isHidden: boolean;
  isDeleted: boolean;
  /** Its first group is for programs without Unicode, its `\\ud` for all others. */
  hasTwoForms: boolean;
  /** Where such a form belongs. */
  formOf: Destination | undefined;
}

interface Paragraph {
  text: string[];
  mark: string[];
  style: number;
  outline: number | undefined;
  level: number;
  isInTable: boolean;
}

interface Style {
  name: string;
  outline: number | undefined;
}

const deepestGroup = 10_000;
const aParagraph = (): Paragraph => ({
  text: [],
  mark: [],
  style: 0,
  outline: undefined,
  level: 0,
  isInTable: false,
});

/** RTF's tokens, turned into blocks. */
export class RtfDocument {
  title = '';
  private readonly encoding = new RtfEncoding();
  private readonly styles = new Map<number, Style>();
  private readonly table = new RtfTable();
  private readonly groups: Group[] = [];
  private group: Group = {
    destination: 'body',
    font: undefined,
    fallbackChars: 1,
    isHidden: false,
    isDeleted: false,
    hasTwoForms: false,
    formOf: undefined,
  };
  private paragraph = aParagraph();
  /** That a note interrupts. */
  private interrupted: Paragraph | undefined;
  private readonly notes: string[] = [];
  private noteCount = 0;
  private bytes: number[] = [];
  private leftToSkip = 0;
  private isOptional = false;
  private definedFont = 0;
  private style: Style | undefined;
  private defaultFont: number | undefined;
  private chars = 0;

  constructor(
    private readonly sink: (block: Block) => void,
    private readonly maxTextChars: number,
  ) {}

  take(token: RtfToken): void {
    if (token.kind === 'byte') return this.takeByte(token.byte);
    if (token.kind === 'control' && this.leftToSkip > 0 && token.word !== 'u') this.leftToSkip--;
    this.flush();
    if (token.kind === 'open') this.open();
    else if (token.kind === 'close') this.close();
    else this.control(token.word, token.value);
  }

  end(): void {
    this.flush();
    this.endParagraph();
    this.endTable();
  }

  private open(): void {
    if (this.groups.length >= deepestGroup) throw new FileFault('document-damaged');
    this.leftToSkip = 0;
    this.groups.push(this.group);
    const { hasTwoForms, destination } = this.group;
    this.group = { ...this.group, hasTwoForms: false };
    if (hasTwoForms) Object.assign(this.group, { destination: 'skipped', formOf: destination });
  }

  private close(): void {
    this.leftToSkip = 0;
    const closed = this.group;
    this.group = this.groups.pop() ?? closed;
    const isLeft = closed.destination !== this.group.destination;
    if (isLeft && closed.destination === 'note' && this.interrupted) {
      this.notes.push(this.paragraph.text.join('').trim());
      this.paragraph = this.interrupted;
      this.interrupted = undefined;
    }
    if (this.group.destination === 'styles') this.style = undefined;
  }

  private takeByte(byte: number): void {
    if (this.leftToSkip > 0) this.leftToSkip--;
    else if (this.group.destination !== 'skipped') this.bytes.push(byte);
  }

  private flush(): void {
    if (this.bytes.length === 0) return;
    const text = this.encoding.decode(this.bytes, this.group.font ?? this.defaultFont);
    this.bytes = [];
    this.write(text);
  }

  private write(text: string): void {
    const { destination, isHidden, isDeleted } = this.group;
    this.chars += text.length;
    if (this.chars > this.maxTextChars * 2) throw new FileFault('text-too-long');
    if (destination === 'mark') this.paragraph.mark.push(text);
    else if (destination === 'title') this.title += text;
    else if (destination === 'styles' && this.style) this.style.name += text;
    else if ((destination === 'body' || destination === 'note') && !isHidden && !isDeleted)
      this.paragraph.text.push(text);
  }

  private control(word: string, value: number | undefined): void {
    const isOptional = this.isOptional;
    this.isOptional = word === '*';
    if (word === 'u') this.unicode(value ?? 0);
    else if (word === 'uc') this.group.fallbackChars = Math.max(0, value ?? 1);
    else if (word === 'ud' && this.group.formOf) this.group.destination = this.group.formOf;
    else if (this.group.destination === 'skipped') return;
    else if (word === 'upr') this.group.hasTwoForms = true;
    else if (isOptional && !readGroups.has(word)) this.group.destination = 'skipped';
    else if (skippedGroups.has(word)) this.group.destination = 'skipped';
    else if (!this.enter(word) && !this.table.define(word) && !this.character(word, value))
      this.structure(word, value);
  }

  /** Two of them may be the halves of one character. */
  private unicode(value: number): void {
    this.leftToSkip = this.group.fallbackChars;
    if (this.group.destination !== 'skipped') this.write(String.fromCharCode(value & 0xffff));
  }

  private enter(word: string): boolean {
    const destinations: Record<string, Destination> = {
      fonttbl: 'fonts',
      stylesheet: 'styles',
      info: 'info',
      listtext: 'mark',
      pntext: 'mark',
      footnote: 'note',
    };
    if (this.group.destination === 'info' && word === 'title') this.group.destination = 'title';
    else if (Object.hasOwn(destinations, word)) this.group.destination = destinations[word]!;
    else return false;
    if (word === 'footnote' && !this.interrupted) {
      this.paragraph.text.push(`(${++this.noteCount})`);
      this.interrupted = this.paragraph;
      this.paragraph = aParagraph();
    }
    return true;
  }

  /** Fonts, code pages, and how text is set. */
  private character(word: string, value: number | undefined): boolean {
    const { group } = this;
    if (Object.hasOwn(characterWords, word)) this.write(characterWords[word]!);
    else if (word === 'f' && group.destination === 'fonts') this.definedFont = value ?? 0;
    else if (word === 'fcharset') this.encoding.font(this.definedFont, value ?? 0);
    else if (word === 'f') group.font = value;
    else if (word === 'deff') this.defaultFont = value;
    else if (word === 'ansicpg') this.encoding.documentCodePage = value ?? 1252;
    else if (word === 'v') group.isHidden = value !== 0;
    else if (word === 'deleted') group.isDeleted = value !== 0;
    else if (word === 'plain') {
      group.isHidden = false;
      group.font = undefined;
    } else return false;
    return true;
  }

  private structure(word: string, value: number | undefined): void {
    if (this.group.destination === 'styles') this.defineStyle(word, value);
    if (this.group.destination === 'note') {
      if (word === 'par') this.paragraph.text.push(' ');
    } else if (this.group.destination === 'body') this.place(word, value);
  }

  private defineStyle(word: string, value: number | undefined): void {
    if (word === 's' && value !== undefined) {
      this.style = { name: '', outline: undefined };
      this.styles.set(value, this.style);
    } else if (word === 'outlinelevel' && this.style) this.style.outline = value;
  }

  private place(word: string, value: number | undefined): void {
    const { paragraph } = this;
    if (word === 'par' || word === 'sect' || word === 'page') this.endParagraph();
    else if (word === 'cell' || word === 'nestcell') this.endCell();
    else if (word === 'row' || word === 'nestrow') this.table.endRow();
    else if (word === 'pard')
      this.paragraph = { ...aParagraph(), text: paragraph.text, mark: paragraph.mark };
    else if (word === 's') paragraph.style = value ?? 0;
    else if (word === 'outlinelevel') paragraph.outline = value;
    else if (word === 'ilvl') paragraph.level = Math.max(0, value ?? 0);
    else if (word === 'intbl') paragraph.isInTable = true;
  }

  private endCell(): void {
    this.paragraph.isInTable = true;
    this.endParagraph();
    this.table.endCell();
  }

  /** The properties hold on until `\pard`. */
  private endParagraph(): void {
    const { text, mark, isInTable } = this.paragraph;
    this.paragraph = { ...this.paragraph, text: [], mark: [] };
    const whole = text.join('');
    if (whole.trim() === '') {
      // an empty line is all that keeps two tables apart
      if (!isInTable) this.endTable();
      return;
    }
    const block = this.blockOf(whole, mark.join('').trim());
    if (isInTable) return this.table.add(block);
    this.endTable();
    this.sink(block);
    this.writeNotes();
  }

  private blockOf(text: string, mark: string): Block {
    const marker = mark === '' || /[\p{L}\p{N}①-⑳]/u.test(mark) ? mark : '-';
    const level = this.headingLevel();
    if (level !== undefined)
      return { kind: 'heading', level, text: marker && marker !== '-' ? `${marker} ${text}` : text };
    return marker === ''
      ? { kind: 'paragraph', text }
      : { kind: 'item', marker, depth: this.paragraph.level, text };
  }

  private headingLevel(): number | undefined {
    const style = this.styles.get(this.paragraph.style);
    const outline = this.paragraph.outline ?? style?.outline;
    if (outline !== undefined) return outline >= 0 && outline < 9 ? outline + 1 : undefined;
    const name = (style?.name ?? '').replace(/;.*/s, '').trim();
    if (/^title$/i.test(name)) return 1;
    const level = /^(?:heading|제목)\s*([1-9])$/i.exec(name)?.[1];
    return level === undefined ? undefined : Number(level);
  }

  private endTable(): void {
    if (this.table.isEmpty) return;
    this.sink(this.table.take());
    this.writeNotes();
  }

  /** After the block that they belong to. */
  private writeNotes(): void {
    const first = this.noteCount - this.notes.length + 1;
    this.notes.splice(0).forEach((text, at) => {
      if (text !== '') this.sink({ kind: 'paragraph', text: `(${first + at}) ${text}` });
    });
  }
}
