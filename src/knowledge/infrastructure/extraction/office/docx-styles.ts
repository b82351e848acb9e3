import { isOn, attribute, readXml, type Attributes } from './xml.js';

/** Of a paragraph or of its style: where it stands in the outline, and in which list. */
export interface ParagraphProperties {
  styleId?: string;
  /** 0-based; 9 is body text. */
  outline?: number;
  listId?: string;
  listLevel?: number;
}

interface Style extends ParagraphProperties {
  name: string;
  basedOn?: string;
  /** Text that is not shown. */
  isHidden?: boolean;
}

const deepestChain = 20;
const bodyText = 9;
const headingName = /^(?:heading|제목)\s*([1-9])$/i;

/** Takes one element inside of `w:pPr`. */
export const takeProperty = (into: ParagraphProperties, name: string, attributes: Attributes): void => {
  const value = attribute(attributes, 'val');
  if (name === 'pStyle') into.styleId = value;
  else if (name === 'outlineLvl') into.outline = Number(value);
  else if (name === 'numId') into.listId = value;
  else if (name === 'ilvl') into.listLevel = Number(value);
};

export class DocxStyles {
  private readonly styles = new Map<string, Style>();

  static async read(source: AsyncIterable<Buffer> | undefined): Promise<DocxStyles> {
    const read = new DocxStyles();
    let style: Style | undefined;
    if (!source) return read;
    await readXml(source, {
      open(name, attributes) {
        if (name === 'style') {
          style = { name: '' };
          read.styles.set(attribute(attributes, 'styleId') ?? '', style);
        } else if (!style) return;
        else if (name === 'name') style.name = attribute(attributes, 'val') ?? '';
        else if (name === 'basedOn') style.basedOn = attribute(attributes, 'val');
        else if (name === 'vanish') style.isHidden = isOn(attribute(attributes, 'val'));
        else takeProperty(style, name, attributes);
      },
      close(name) {
        if (name === 'style') style = undefined;
      },
    });
    return read;
  }

  /** What the paragraph says itself, completed by its style and those that it is based on. */
  resolve(own: ParagraphProperties): ParagraphProperties {
    const resolved = { ...own };
    for (const style of this.chain(own.styleId)) {
      resolved.outline ??= style.outline ?? this.namedLevel(style.name);
      if (resolved.listId === undefined && style.listId !== undefined) {
        resolved.listId = style.listId;
        resolved.listLevel ??= style.listLevel;
      }
    }
    return resolved;
  }

  /** From 1; undefined for what is no heading. */
  headingLevel({ outline }: ParagraphProperties): number | undefined {
    return outline !== undefined && outline >= 0 && outline < bodyText ? outline + 1 : undefined;
  }

  /** A line of a table of contents: the headings themselves say it, and where they are. */
  isContents({ styleId }: ParagraphProperties): boolean {
    return /^(?:toc|table of figures|목차)(?:\s*\d)?$/i.test(this.styles.get(styleId ?? '')?.name ?? '');
  }

  isHidden(styleId: string | undefined): boolean {
    return this.chain(styleId).some(({ isHidden }) => isHidden);
  }

  private namedLevel(name: string): number | undefined {
    if (/^title$/i.test(name)) return 0;
    const level = headingName.exec(name)?.[1];
    return level === undefined ? undefined : Number(level) - 1;
  }

  private chain(styleId: string | undefined): Style[] {
    const chain: Style[] = [];
    let style = this.styles.get(styleId ?? '');
    while (style && chain.length < deepestChain) {
      chain.push(style);
      style = this.styles.get(style.basedOn ?? '');
    }
    return chain;
  }
}
