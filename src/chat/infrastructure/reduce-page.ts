import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import TurndownService from 'turndown';

export interface ReducedPage {
  title: string | null;
  text: string;
}

/** As much of the DOM as is used here; the libraries' own types want the browser's. */
interface PageNode {
  nodeType: number;
  childNodes: Iterable<PageNode>;
  textContent: string | null;
  remove(): void;
}
interface PageDocument extends PageNode {
  title: string;
  documentElement: (PageNode & { localName: string }) | null;
  querySelectorAll(selector: string): Iterable<PageNode>;
  cloneNode(deep: boolean): PageDocument;
}
type ReadabilityDocument = ConstructorParameters<typeof Readability>[0];

const commentNode = 8;
const deepestNesting = 500;

/** What is never read: code, style, embedded things, form controls, and what the page hides from its reader. */
const invisible =
  'script, style, noscript, template, iframe, object, embed, svg, math, canvas, audio, video, img, link, meta, base, ' +
  'select, textarea, input, button, dialog:not([open]), [hidden], [aria-hidden="true"], ' +
  '[style*="display:none" i], [style*="display: none" i], ' +
  '[style*="visibility:hidden" i], [style*="visibility: hidden" i]';

/** An article of less than this share of the page's words is a wrong guess of Readability's. */
const leastArticleShare = 0.25;
const longestText = 1_000_000;
const longestTitle = 500;

const turndown = (): TurndownService => {
  const service = new TurndownService({
    headingStyle: 'atx',
    bulletListMarker: '-',
    codeBlockStyle: 'fenced',
  });
  // The text is read and quoted, never rendered: no backslashes, no addresses.
  service.escape = (text) => text;
  service.addRule('link', { filter: 'a', replacement: (content) => content });
  service.addRule('cell', {
    filter: ['th', 'td'],
    replacement: (content) => ` ${content.trim().replace(/\s*\n\s*/g, ' ')} |`,
  });
  service.addRule('row', { filter: 'tr', replacement: (content) => `|${content}\n` });
  service.addRule('table', { filter: 'table', replacement: (content) => `\n\n${content.trim()}\n\n` });
  return service;
};

const tidy = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ *\n */g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/[\0\p{Surrogate}]/gu, '\uFFFD')
    .normalize('NFC')
    .trim()
    .slice(0, longestText);

const wordCount = (text: string): number => text.split(/\s+/).length;

const removeComments = (node: PageNode): void => {
  for (const child of Array.from(node.childNodes)) {
    if (child.nodeType === commentNode) child.remove();
    else removeComments(child);
  }
};

/** Elements whose end tag may be missing, or that have none: how many are open says nothing about depth. */
const mayStayOpen = new Set(
  (
    'html head body p li dt dd tr td th tbody thead tfoot colgroup option optgroup rp rt ' +
    'area base br col embed hr img input link meta param source track wbr'
  ).split(' '),
);

/** Everything after this is recursive, some of it more than once: refuse what would take it minutes. */
const assertShallow = (html: string): void => {
  let depth = 0;
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)/gi)) {
    if (mayStayOpen.has(name!.toLowerCase())) continue;
    depth = slash ? Math.max(0, depth - 1) : depth + 1;
    if (depth > deepestNesting) throw new Error('The page nests too deep.');
  }
};

const parse = (html: string): PageDocument => {
  const asDocument = parseHTML(html).document as unknown as PageDocument;
  if (asDocument.documentElement?.localName === 'html') return asDocument;
  const wrapped = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  return wrapped.document as unknown as PageDocument;
};

/** The article if there clearly is one, else everything that the page shows. */
const readablePart = (document: PageDocument): { title: string | null; element: PageNode } => {
  const body = [...document.querySelectorAll('body')][0] ?? document.documentElement!;
  const copy = document.cloneNode(true) as unknown as ReadabilityDocument;
  const article = new Readability(copy, {
    serializer: (node) => node as PageNode,
    charThreshold: 200,
  }).parse();
  const title = article?.title || document.title || null;
  const element = article?.content;
  if (!element) return { title, element: body };
  const isMost =
    wordCount(element.textContent ?? '') >= wordCount(body.textContent ?? '') * leastArticleShare;
  return { title, element: isMost ? element : body };
};

/** Pure computation over hostile input: runs in a thread that can be killed. */
export const reducePage = (html: string): ReducedPage => {
  assertShallow(html);
  const document = parse(html);
  for (const element of document.querySelectorAll(invisible)) element.remove();
  removeComments(document);
  const { title, element } = readablePart(document);
  const markdown = turndown().turndown(element as unknown as TurndownService.Node);
  return { title: title ? tidy(title).slice(0, longestTitle) : null, text: tidy(markdown) };
};
