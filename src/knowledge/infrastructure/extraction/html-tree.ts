import { Parser } from 'htmlparser2';
import { FileFault } from './extraction-protocol.js';

export interface HtmlElement {
  /** Lower case. */
  name: string;
  attributes: Record<string, string>;
  children: (HtmlElement | string)[];
  parent: HtmlElement | null;
  /** Holds a table, a heading or preformatted text: a table around it is there for the layout. */
  holdsBlocks: boolean;
}

export interface HtmlTree {
  root: HtmlElement;
  /** In document order, without the root. */
  elements: HtmlElement[];
  title: string | null;
}

/** Never read: code, style, embedded things, form controls. */
const unread = new Set(
  (
    'script style noscript template iframe object embed svg canvas audio video link meta base select textarea input ' +
    'button datalist annotation annotation-xml'
  ).split(' '),
);
const hiddenStyle = /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))/i;
const layoutOnly = /^(?:table|pre|h[1-6])$/;

/** Closing a tag looks for it among all that are open. Pages that people made stay far below it. */
const mostOpen = 10_000;
/** A file of 20 MB of nothing but tags; what is beyond would be gigabytes of tree. */
const mostElements = 2_000_000;

const isHidden = ({ hidden, 'aria-hidden': ariaHidden, style = '' }: Record<string, string>): boolean =>
  hidden !== undefined || ariaHidden === 'true' || hiddenStyle.test(style.slice(0, 2_000));

const isUnread = (name: string, attributes: Record<string, string>): boolean =>
  unread.has(name) || isHidden(attributes) || (name === 'dialog' && attributes.open === undefined);

const isXhtml = (html: string): boolean =>
  /^\s*<\?xml|xmlns\s*=\s*["']http:\/\/www\.w3\.org\/1999\/xhtml/.test(html.slice(0, 2_000));

class TreeBuilder {
  readonly root: HtmlElement = { name: '', attributes: {}, children: [], parent: null, holdsBlocks: false };
  readonly elements: HtmlElement[] = [];
  title: string | null = null;
  private current = this.root;
  private depth = 0;
  /** The depth of the outermost element that is left out; 0 outside of one. */
  private leftOutAt = 0;
  private inTitle = false;

  open(name: string, attributes: Record<string, string>): void {
    if (++this.depth > mostOpen || this.elements.length >= mostElements)
      throw new FileFault('document-damaged');
    if (this.leftOutAt > 0) return;
    if (name === 'title' || isUnread(name, attributes)) {
      this.leftOutAt = this.depth;
      this.inTitle = name === 'title' && this.title === null;
      return;
    }
    const element = { name, attributes, children: [], parent: this.current, holdsBlocks: false };
    if (layoutOnly.test(name)) this.markAncestors();
    this.current.children.push(element);
    this.elements.push(element);
    this.current = element;
  }

  text(part: string): void {
    if (this.inTitle) this.title = (this.title ?? '') + part;
    else if (this.leftOutAt === 0) this.current.children.push(part);
  }

  close(): void {
    if (this.leftOutAt === 0) this.current = this.current.parent ?? this.root;
    else if (this.leftOutAt === this.depth) {
      this.leftOutAt = 0;
      this.inTitle = false;
    }
    this.depth--;
  }

  private markAncestors(): void {
    for (let at: HtmlElement | null = this.current; at && !at.holdsBlocks; at = at.parent)
      at.holdsBlocks = true;
  }
}

/** What a page shows, as a tree: without comments, scripts and hidden elements. Expands no entities but HTML's own. */
export const parseHtml = (html: string): HtmlTree => {
  const builder = new TreeBuilder();
  const parser = new Parser(
    {
      onopentag: (name, attributes) => builder.open(name, attributes),
      ontext: (part) => builder.text(part),
      onclosetag: () => builder.close(),
    },
    { recognizeSelfClosing: isXhtml(html) },
  );
  parser.end(html);
  return { root: builder.root, elements: builder.elements, title: builder.title };
};

export interface Visitor {
  /** @returns false to leave out what is in it, `leave` included */
  enter(element: HtmlElement): boolean;
  text(part: string): void;
  leave(element: HtmlElement): void;
}

/** Depth first, without recursion: pages nest deeper than a call stack. */
export const walkHtml = (root: HtmlElement, visitor: Visitor): void => {
  const open: { element: HtmlElement; next: number }[] = [{ element: root, next: 0 }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const child = top.element.children[top.next++];
    if (child === undefined) {
      open.pop();
      if (top.element !== root) visitor.leave(top.element);
    } else if (typeof child === 'string') visitor.text(child);
    else if (visitor.enter(child)) open.push({ element: child, next: 0 });
  }
};
