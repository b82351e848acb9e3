import { listNumber } from './list-numbers.js';
import { attribute, type Attributes } from './xml.js';

interface ListLevel {
  format: string | undefined;
  prefix: string;
  suffix: string;
  shownLevels: number;
  start: number;
}

const deepestLevel = 10;
const deepestChain = 20;
/** `_20_` is how the names of styles write a space. */
const headingName = /^Heading_20_([1-9])$/;

/** The styles of an OpenDocument file, as far as they tell what is shown, and how lists and headings are numbered. */
export class OdfStyles {
  private readonly lists = new Map<string, Map<number, ListLevel>>();
  private readonly hidden = new Set<string>();
  private openList: Map<number, ListLevel> | undefined;
  private openStyle = '';
  private readonly parents = new Map<string, string>();

  /** Takes an element's start, wherever it stands. */
  open(name: string, attributes: Attributes): void {
    if (name === 'list-style' || name === 'outline-style') {
      this.openList = new Map();
      const key = name === 'outline-style' ? outline : (attribute(attributes, 'name') ?? '');
      this.lists.set(key, this.openList);
    } else if (/^(?:list|outline)-level-style/.test(name)) this.takeLevel(name, attributes);
    else if (name === 'style') this.takeStyle(attributes);
    else if (name === 'table-properties' && attribute(attributes, 'display') === 'false')
      this.hidden.add(this.openStyle);
    else if (name === 'drawing-page-properties' && attribute(attributes, 'visibility') === 'hidden')
      this.hidden.add(this.openStyle);
  }

  /** Of a paragraph that is no heading by its element, but looks like one. */
  headingLevel(style: string | undefined): number | undefined {
    let name = style;
    for (let depth = 0; name !== undefined && depth < deepestChain; depth++) {
      if (name === 'Title') return 1;
      const level = headingName.exec(name)?.[1];
      if (level !== undefined) return Number(level);
      name = this.parents.get(name);
    }
    return undefined;
  }

  isHidden(style: string | undefined): boolean {
    return style !== undefined && this.hidden.has(style);
  }

  /** @returns the mark of an item that has these numbers from the outermost level in; `-` for bullets, empty for none */
  markOf(list: string, counts: number[]): string {
    const levels = this.lists.get(list);
    const level = levels?.get(counts.length);
    if (!levels || !level) return list === outline ? '' : '-';
    if (level.format === undefined) return '-';
    if (level.format === '') return '';
    const first = Math.max(0, counts.length - level.shownLevels);
    const numbers = counts.slice(first).map((count, at) => {
      const format = levels.get(first + at + 1)?.format;
      return format === undefined || format === '' ? undefined : listNumber(count, format);
    });
    return level.prefix + numbers.filter((number) => number !== undefined).join('.') + level.suffix;
  }

  startOf(list: string, level: number): number {
    return this.lists.get(list)?.get(level)?.start ?? 1;
  }

  private takeStyle(attributes: Attributes): void {
    this.openStyle = attribute(attributes, 'name') ?? '';
    const parent = attribute(attributes, 'parent-style-name');
    if (parent !== undefined) this.parents.set(this.openStyle, parent);
  }

  private takeLevel(name: string, attributes: Attributes): void {
    const level = Number(attribute(attributes, 'level'));
    if (!(level >= 1 && level <= deepestLevel)) return;
    const isNumber = name === 'list-level-style-number' || name === 'outline-level-style';
    this.openList?.set(level, {
      format: isNumber ? (attribute(attributes, 'num-format') ?? '') : undefined,
      prefix: attribute(attributes, 'num-prefix') ?? '',
      suffix: attribute(attributes, 'num-suffix') ?? '',
      shownLevels: Number(attribute(attributes, 'display-levels') ?? 1),
      start: Number(attribute(attributes, 'start-value') ?? 1),
    });
  }
}

/** The list that headings are counted in. */
export const outline = ' outline';
