import type { ExtractedText } from '../../domain/chunk.js';
import { decodeText } from './decode-text.js';
import { parseHtml, type HtmlElement, type HtmlTree } from './html-tree.js';
import { mainContent } from './main-content.js';
import { renderHtml } from './render-html.js';
import { TextBuilder } from './text-builder.js';

/** As far as browsers look. */
const declarationWithin = 1_024;

const declaredEncoding = (bytes: Buffer): string | null => {
  const head = bytes.subarray(0, declarationWithin).toString('latin1');
  const found =
    /<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]{1,40})["']/i.exec(head) ??
    /<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w:.-]{1,40})/i.exec(head);
  return found?.[1] ?? null;
};

/** Text of HTML bytes, by the encoding that they declare. */
export const decodeHtml = (bytes: Buffer): string => decodeText(bytes, declaredEncoding(bytes));

/** The page's heading where it stands outside of what holds the rest, by itself. */
const headingAbove = (tree: HtmlTree, root: HtmlElement): HtmlElement | undefined => {
  const first = tree.elements.find(({ name }) => name === 'h1');
  if (!first) return undefined;
  for (let at: HtmlElement | null = first; at; at = at.parent) if (at === root) return undefined;
  return { ...first, name: '', children: [first] };
};

/** A page: its main content with headings, lists and tables; its title is the page's own. */
export const readHtml = async (
  bytes: Buffer,
  { maxTextChars }: { maxTextChars: number },
): Promise<ExtractedText> => {
  const tree = parseHtml(decodeHtml(bytes));
  const { root, skipped } = mainContent(tree);
  const builder = new TextBuilder(maxTextChars);
  const heading = headingAbove(tree, root);
  if (heading) renderHtml(heading, builder, { skipped });
  renderHtml(root, builder, { skipped });
  return builder.build(tree.title);
};
