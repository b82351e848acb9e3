import { listNumber } from './list-numbers.js';
import { attribute, readXml } from './xml.js';

interface Level {
  format: string;
  /** `%1.%2` with the numbers of the levels. */
  text: string;
  start: number;
}

interface List {
  abstractId: string;
  /** Where a list begins anew, by level. */
  starts: Map<number, number>;
}

const deepestLevel = 8;

/** The lists of a Word document, counted as they are met. */
export class DocxNumbering {
  private readonly abstracts = new Map<string, Map<number, Level>>();
  private readonly lists = new Map<string, List>();
  private readonly counters = new Map<string, number[]>();

  static async read(source: AsyncIterable<Buffer> | undefined): Promise<DocxNumbering> {
    const read = new DocxNumbering();
    if (!source) return read;
    let levels = new Map<number, Level>();
    let level: Level | undefined;
    let list: List | undefined;
    let overridden = 0;
    await readXml(source, {
      open(name, attributes) {
        const value = attribute(attributes, 'val') ?? '';
        if (name === 'abstractNum') {
          levels = new Map();
          read.abstracts.set(attribute(attributes, 'abstractNumId') ?? '', levels);
        } else if (name === 'num') {
          list = { abstractId: '', starts: new Map() };
          read.lists.set(attribute(attributes, 'numId') ?? '', list);
        } else if (name === 'lvl' && !list) {
          level = { format: 'decimal', text: '', start: 1 };
          levels.set(Number(attribute(attributes, 'ilvl')), level);
        } else if (name === 'abstractNumId' && list) list.abstractId = value;
        else if (name === 'lvlOverride') overridden = Number(attribute(attributes, 'ilvl'));
        else if (name === 'startOverride') list?.starts.set(overridden, Number(value));
        else if (name === 'numFmt' && level) level.format = value;
        else if (name === 'lvlText' && level) level.text = value;
        else if (name === 'start' && level) level.start = Number(value);
      },
      close(name) {
        if (name === 'lvl') level = undefined;
        if (name === 'num') list = undefined;
      },
    });
    return read;
  }

  /** Counts one on. @returns the mark before the paragraph; `-` for any bullet, empty for none */
  next(listId: string, depth: number): string | undefined {
    const list = this.lists.get(listId);
    const levels = this.abstracts.get(list?.abstractId ?? '');
    const level = levels?.get(depth);
    if (!list || !levels || !level || depth > deepestLevel) return undefined;
    if (level.format === 'bullet') return '-';
    if (level.format === 'none') return '';
    const key = list.starts.size > 0 ? `n${listId}` : list.abstractId;
    const counts = this.counters.get(key) ?? [];
    this.counters.set(key, counts);
    const startOf = (at: number): number => list.starts.get(at) ?? levels.get(at)?.start ?? 1;
    for (let at = 0; at < depth; at++) counts[at] ??= startOf(at);
    counts[depth] = counts[depth] === undefined ? startOf(depth) : counts[depth] + 1;
    counts.length = depth + 1;
    return level.text.replace(/%([1-9])/g, (_, digit: string) => {
      const at = Number(digit) - 1;
      return listNumber(counts[at] ?? startOf(at), levels.get(at)?.format ?? 'decimal');
    });
  }
}
