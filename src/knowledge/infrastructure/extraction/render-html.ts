import { walkHtml, type HtmlElement, type Visitor } from './html-tree.js';
import { htmlTable } from './html-table.js';
import type { TextBuilder } from './text-builder.js';

const blocks = new Set(
  (
    'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer ' +
    'form header hgroup hr html legend li main menu nav ol p section summary table tbody td tfoot th thead tr ul'
  ).split(' '),
);
const headingName = /^h([1-6])$/;
const lists = new Set(['ul', 'ol', 'menu', 'dir']);
const deepestIndent = 8;
/** Behind a heading, where documentation keeps a link to it. */
const permalink = /\s*[¶🔗]\s*$/u;

/** White space as HTML shows it; line ends are those of `<br>`. */
const collapse = (run: string): string =>
  run
    .split('\u2028')
    .map((line) => line.replace(/[\s]+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

export interface RenderOptions {
  skipped?: ReadonlySet<HtmlElement>;
  /** Added to the levels of headings: a chapter's headings lie below the chapter's own. */
  levelOffset?: number;
  /** Sections that begin at the elements with these ids. */
  sections?: ReadonlyMap<string, { level: number; title: string }[]>;
}

const none: ReadonlySet<HtmlElement> = new Set();

/** The blocks of a page into a builder: headings, lists, tables, preformatted text, paragraphs. */
class HtmlRenderer implements Visitor {
  private run: string[] = [];
  private readonly openLists: { ordered: boolean; next: number }[] = [];
  /** What the next block begins with: the mark of its list item. */
  private mark = '';
  private continuesList = false;
  private heading: number | undefined;
  private preformatted: HtmlElement | undefined;

  constructor(
    private readonly builder: TextBuilder,
    private readonly options: RenderOptions,
  ) {}

  enter(element: HtmlElement): boolean {
    if (this.options.skipped?.has(element)) return false;
    const { name } = element;
    this.startSections(element);
    if (name === 'br') this.run.push(this.preformatted ? '\n' : '\u2028');
    if (this.preformatted) return true;
    const heading = headingName.exec(name);
    if (name === 'pre' || heading || blocks.has(name) || lists.has(name)) this.flush();
    if (name === 'pre') this.preformatted = element;
    else if (heading) this.heading = Number(heading[1]);
    else if (name === 'table') return this.enterTable(element);
    else this.enterListPart(element);
    return true;
  }

  text(part: string): void {
    this.run.push(this.preformatted ? part : part.replace(/\u2028/g, ' '));
  }

  leave(element: HtmlElement): void {
    const { name } = element;
    if (element === this.preformatted) {
      const code = this.run.join('');
      this.run = [];
      this.preformatted = undefined;
      this.continuesList = false;
      this.builder.code(code);
      return;
    }
    if (this.preformatted) return;
    if (headingName.test(name)) this.leaveHeading();
    else if (blocks.has(name) || lists.has(name)) this.flush();
    if (name === 'li') this.mark = '';
    if (lists.has(name)) {
      this.openLists.pop();
      if (this.openLists.length === 0) this.continuesList = false;
    }
  }

  flush(): void {
    const text = collapse(this.run.join(''));
    this.run = [];
    if (text === '') return;
    if (this.heading !== undefined) {
      this.builder.heading(this.heading + (this.options.levelOffset ?? 0), text.replace(permalink, ''));
      this.continuesList = false;
      return;
    }
    const isItem = this.mark !== '';
    this.builder.block(this.mark + text, this.continuesList ? '\n' : '\n\n');
    this.continuesList = isItem;
    this.mark = '';
  }

  private startSections({ attributes: { id, name } }: HtmlElement): void {
    const target = id ?? name;
    const sections = target ? this.options.sections?.get(target) : undefined;
    if (!sections) return;
    this.flush();
    for (const { level, title } of sections) this.builder.section(level, title);
  }

  private leaveHeading(): void {
    this.flush();
    this.heading = undefined;
  }

  private enterTable(element: HtmlElement): boolean {
    const table = element.holdsBlocks ? undefined : htmlTable(element, this.options.skipped ?? none);
    if (!table) return true;
    this.builder.block(table.caption);
    this.builder.block(table.markdown);
    this.continuesList = false;
    return false;
  }

  private enterListPart({ name, attributes }: HtmlElement): void {
    if (lists.has(name)) {
      this.openLists.push({
        ordered: name === 'ol',
        next: Number.parseInt(attributes.start ?? '1', 10) || 1,
      });
    } else if (name === 'li') {
      const list = this.openLists.at(-1);
      const indent = '  '.repeat(Math.min(Math.max(this.openLists.length - 1, 0), deepestIndent));
      this.mark = list?.ordered ? `${indent}${list.next++}. ` : `${indent}- `;
    } else if (name === 'dd') this.continuesList = true;
  }
}

export const renderHtml = (root: HtmlElement, builder: TextBuilder, options: RenderOptions = {}): void => {
  const renderer = new HtmlRenderer(builder, options);
  walkHtml(root, renderer);
  renderer.flush();
};
