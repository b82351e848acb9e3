import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { walkHtml, type HtmlElement, type HtmlTree } from './html-tree.js';

/** As much of the DOM as is used here; the libraries' own types want the browser's. */
interface PageElement {
  setAttribute(name: string, value: string): void;
  appendChild(child: unknown): void;
}
interface PageDocument {
  body: PageElement;
  createElement(name: string): PageElement;
  createTextNode(text: string): unknown;
}
interface ArticleElement {
  querySelectorAll(selector: string): Iterable<{ getAttribute(name: string): string | null }>;
}
/** Readability is recursive and compares what it finds again and again: it looks at pages that people made. */
const mostElements = 20_000;
const deepest = 300;
/** What is chosen has to hold this share of the page's running text, that is, of its text outside links. */
const leastShare = 0.6;
/** Left out when the whole body is read, unless hardly anything is left. */
const navigation = /^(?:navigation|search)$/;
const leastBesideNavigation = 0.25;
const marker = 'data-protostar-element';

/** How much text stands in each element, in characters without white space. */
interface TextLengths {
  /** Outside links. */
  prose: Map<HtmlElement, number>;
  linked: Map<HtmlElement, number>;
}

const textLengths = (tree: HtmlTree): TextLengths => {
  const lengths: TextLengths = { prose: new Map(), linked: new Map() };
  let links = 0;
  const open = [{ prose: 0, linked: 0 }];
  walkHtml(tree.root, {
    enter(element) {
      if (element.name === 'a') links++;
      open.push({ prose: 0, linked: 0 });
      return true;
    },
    text(part) {
      open.at(-1)![links === 0 ? 'prose' : 'linked'] += part.replace(/\s+/g, '').length;
    },
    leave(element) {
      if (element.name === 'a') links--;
      const { prose, linked } = open.pop()!;
      lengths.prose.set(element, prose);
      lengths.linked.set(element, linked);
      open.at(-1)!.prose += prose;
      open.at(-1)!.linked += linked;
    },
  });
  lengths.prose.set(tree.root, open[0]!.prose);
  lengths.linked.set(tree.root, open[0]!.linked);
  return lengths;
};

/** The page as Readability wants it, each element with its number. Undefined when it is not for Readability. */
const copyOf = (tree: HtmlTree): PageDocument | undefined => {
  if (tree.elements.length > mostElements) return undefined;
  const document = parseHTML('<!doctype html><html><head></head><body></body></html>')
    .document as unknown as PageDocument;
  const open: PageElement[] = [document.body];
  let depth = 0;
  let tooDeep = false;
  let index = 0;
  walkHtml(tree.root, {
    enter({ name, attributes }) {
      const number = index++;
      tooDeep ||= ++depth > deepest;
      if (tooDeep) return false;
      // of the names that a file may hold, not all make elements
      const usable = /^[a-z][a-z0-9]*$/.test(name) && !/^(?:html|head|body)$/.test(name);
      const element = document.createElement(usable ? name : 'div');
      element.setAttribute(marker, String(number));
      for (const attribute of ['class', 'id', 'role', 'itemprop', 'rel'] as const) {
        if (attributes[attribute] !== undefined) element.setAttribute(attribute, attributes[attribute]);
      }
      open.at(-1)!.appendChild(element);
      open.push(element);
      return true;
    },
    text(part) {
      open.at(-1)!.appendChild(document.createTextNode(part));
    },
    leave() {
      depth--;
      open.pop();
    },
  });
  return tooDeep ? undefined : document;
};

const depthOf = (element: HtmlElement): number => {
  let depth = 0;
  for (let at = element.parent; at; at = at.parent) depth++;
  return depth;
};

const commonAncestor = (elements: HtmlElement[]): HtmlElement | undefined => {
  let [common] = elements;
  let depth = common ? depthOf(common) : 0;
  for (let element of elements.slice(1)) {
    let other = depthOf(element);
    for (; other > depth; other--) element = element.parent!;
    for (; depth > other; depth--) common = common!.parent!;
    for (; common !== element; depth--) {
      common = common!.parent!;
      element = element.parent!;
    }
  }
  return common;
};

/** The element around what Readability would keep. It cuts inside an article too, tables above all: that is not used. */
const articleOf = (tree: HtmlTree): HtmlElement | undefined => {
  const document = copyOf(tree);
  if (!document) return undefined;
  const article = new Readability(document as unknown as ConstructorParameters<typeof Readability>[0], {
    serializer: (node) => node as unknown as ArticleElement,
    charThreshold: 200,
  }).parse();
  if (!article?.content) return undefined;
  const numbers = [...article.content.querySelectorAll(`[${marker}]`)].map((element) =>
    Number(element.getAttribute(marker)),
  );
  return commonAncestor(numbers.map((number) => tree.elements[number]!));
};

/**
 * What stands between the page's heading and the article that was found, an introduction or an abstract, belongs to
 * it, unless it is made of links or leads out to the whole page.
 */
const withItsHeading = (
  article: HtmlElement,
  tree: HtmlTree,
  { prose, linked }: TextLengths,
): HtmlElement => {
  const heading = tree.elements.find(({ name }) => name === 'h1');
  const whole = heading && commonAncestor([article, heading]);
  if (!whole || whole === tree.root || /^(?:html|body)$/.test(whole.name)) return article;
  const added = (lengths: Map<HtmlElement, number>): number => lengths.get(whole)! - lengths.get(article)!;
  return added(prose) >= added(linked) ? whole : article;
};

const isNavigation = ({ name, attributes, parent }: HtmlElement): boolean =>
  name === 'nav' || navigation.test(attributes.role ?? '') || (name === 'footer' && parent?.name === 'body');

/**
 * What of a page to read: the element that holds its article, and what to leave out in it. The whole body where no
 * element clearly holds most of the running text.
 */
export const mainContent = (tree: HtmlTree): { root: HtmlElement; skipped: Set<HtmlElement> } => {
  const lengths = textLengths(tree);
  const { prose } = lengths;
  const all = prose.get(tree.root)!;
  const outermost = new Set<HtmlElement>();
  walkHtml(tree.root, {
    enter(element) {
      if (isNavigation(element)) outermost.add(element);
      return !isNavigation(element);
    },
    text: () => undefined,
    leave: () => undefined,
  });
  const left = [...outermost].reduce((rest, element) => rest - prose.get(element)!, all);
  const skipped = left >= all * leastBesideNavigation ? outermost : new Set<HtmlElement>();
  const holdsMost = (element: HtmlElement | undefined): element is HtmlElement =>
    element !== undefined && prose.get(element)! >= Math.min(all, left) * leastShare;
  const stated = tree.elements.find(({ name, attributes }) => name === 'main' || attributes.role === 'main');
  // what the page says of itself needs no guess
  const found = holdsMost(stated) ? stated : articleOf(tree);
  if (!holdsMost(found) || found.name === 'html') return { root: tree.root, skipped };
  return { root: found === stated ? found : withItsHeading(found, tree, lengths), skipped };
};
