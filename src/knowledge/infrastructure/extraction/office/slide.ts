import { FileFault, type ExtractionRequest } from '../extraction-protocol.js';
import type { Block } from './block.js';
import { BlockWriter } from './block-writer.js';
import { listNumber } from './list-numbers.js';
import type { OfficeText } from './office-text.js';
import { attribute, prefixedAttribute, isOn, type Attributes, type XmlHandlers } from './xml.js';

interface Paragraph {
  text: string[];
  depth: number;
  marker: string | undefined;
}

const skipped = new Set(['Fallback', 'extLst']);
const titleTypes = /^(?:title|ctrTitle)$/;
/** Filled in by the master: the same on every slide. */
const masterTypes = /^(?:dt|ftr|sldNum|hdr|sldImg)$/;
const numberFormats: [RegExp, string][] = [
  [/^alphaLc/, 'lowerLetter'],
  [/^alphaUc/, 'upperLetter'],
  [/^romanLc/, 'lowerRoman'],
  [/^romanUc/, 'upperRoman'],
  [/^circleNum/, 'decimalEnclosedCircle'],
];

/** `arabicPeriod` and its like, for a number. */
const autoNumber = (value: number, type: string): string => {
  const format = numberFormats.find(([pattern]) => pattern.test(type))?.[1] ?? 'decimal';
  const number = listNumber(value, format);
  if (type.endsWith('ParenBoth')) return `(${number})`;
  if (type.endsWith('ParenR')) return `${number})`;
  return type.endsWith('Period') ? `${number}.` : number;
};

/** The events of one slide, or of its notes: its title, and its blocks in the order of the file. */
export class Slide implements XmlHandlers {
  isHidden = false;
  /** Ids of the relations to diagrams. */
  readonly diagrams: string[] = [];
  readonly titles: string[] = [];
  private readonly blocks: Block[] = [];
  private readonly writer: BlockWriter;
  private placeholder: string | undefined;
  private paragraph: Paragraph | undefined;
  private readonly numbers: number[] = [];
  private isText = false;
  private skipDepth = 0;
  private chars = 0;

  constructor(private readonly request: ExtractionRequest) {
    this.writer = new BlockWriter((block) => void this.blocks.push(block), request.maxTextChars);
  }

  open(name: string, attributes: Attributes): void {
    if (this.skipDepth > 0 || skipped.has(name)) {
      this.skipDepth++;
      return;
    }
    if (name === 'sld') this.isHidden = !isOn(attribute(attributes, 'show'));
    else if (name === 'sp') this.placeholder = undefined;
    else if (name === 'ph') this.placeholder = attributes['type'] ?? 'obj';
    else if (name === 'txBody') this.numbers.length = 0;
    else if (name === 'relIds') this.diagrams.push(prefixedAttribute(attributes, 'dm') ?? '');
    else if (!this.openTablePart(name, attributes)) this.openTextPart(name, attributes);
  }

  close(name: string): void {
    if (this.skipDepth > 0) {
      this.skipDepth--;
      return;
    }
    if (name === 't') this.isText = false;
    else if (name === 'p') this.endParagraph();
    else if (name === 'sp') this.placeholder = undefined;
    else if (name === 'tc') this.writer.closeCell();
    else if (name === 'tbl') this.writer.closeTable();
  }

  text(text: string): void {
    if (this.isText && this.skipDepth === 0) this.write(text);
  }

  writeTo(output: OfficeText): void {
    output.heading(1, this.titles.join(' '));
    for (const block of this.blocks) output.write(block);
  }

  private write(text: string): void {
    this.chars += text.length;
    if (this.chars > this.request.maxTextChars) throw new FileFault('text-too-long');
    this.paragraph?.text.push(text);
  }

  private openTablePart(name: string, attributes: Attributes): boolean {
    if (name === 'tbl') this.writer.openTable();
    else if (name === 'tr') this.writer.openRow();
    else if (name !== 'tc') return false;
    // the rest of a merged cell stands there as a cell of its own
    else if (attributes['hMerge'] !== undefined && isOn(attributes['hMerge']))
      this.writer.openCell(1, 'none');
    else
      this.writer.openCell(
        1,
        attributes['vMerge'] !== undefined && isOn(attributes['vMerge']) ? 'above' : 'own',
      );
    return true;
  }

  private openTextPart(name: string, attributes: Attributes): void {
    if (name === 'p') this.paragraph = { text: [], depth: 0, marker: undefined };
    else if (name === 't') this.isText = true;
    else if (name === 'br') this.write('\n');
    else if (!this.paragraph) return;
    else if (name === 'pPr') this.paragraph.depth = Number(attribute(attributes, 'lvl') ?? 0) || 0;
    else if (name === 'buChar' || name === 'buBlip') this.paragraph.marker = '-';
    else if (name === 'buNone') this.paragraph.marker = '';
    else if (name === 'buAutoNum') this.paragraph.marker = this.nextNumber(attributes);
  }

  private nextNumber(attributes: Attributes): string {
    const depth = Math.min(this.paragraph?.depth ?? 0, 8);
    const start = Number(attribute(attributes, 'startAt') ?? 1);
    this.numbers.length = depth + 1;
    this.numbers[depth] = this.numbers[depth] === undefined ? start : this.numbers[depth] + 1;
    return autoNumber(this.numbers[depth], attribute(attributes, 'type') ?? 'arabicPeriod');
  }

  private endParagraph(): void {
    const { paragraph, placeholder } = this;
    this.paragraph = undefined;
    const text = paragraph?.text.join('') ?? '';
    if (!paragraph || text.trim() === '' || (placeholder && masterTypes.test(placeholder))) return;
    if (placeholder && titleTypes.test(placeholder)) this.titles.push(text);
    else this.writer.add(this.blockOf(paragraph, text));
  }

  /** The content of a slide has bullets by its master, unless it says otherwise. */
  private blockOf({ marker, depth }: Paragraph, text: string): Block {
    if (this.writer.isInTable) return { kind: 'paragraph', text };
    const isBulleted = this.placeholder === 'obj' || (this.placeholder === 'body' && depth > 0);
    const shown = marker ?? (isBulleted ? '-' : '');
    return shown === '' ? { kind: 'paragraph', text } : { kind: 'item', marker: shown, depth, text };
  }
}
