import type { ExtractedText } from '../../domain/chunk.js';
import { plainHeadings } from '../../domain/plain-headings.js';
import { cleanText } from './clean-text.js';
import { decodeText } from './decode-text.js';
import type { Reader } from './reader.js';

/** Form feeds are page ends, as RFCs and old printouts have them; a text without has no pages. */
const withPages = (source: string): Pick<ExtractedText, 'text' | 'pages'> => {
  const parts = source.split('\f').map(cleanText);
  if (parts.length === 1) return { text: parts[0]!, pages: [] };
  let start = 0;
  const pages = parts.map((part, index) => {
    const page = { number: index + 1, start };
    start += part.length + 1;
    return page;
  });
  // nothing follows the last page's end
  if (parts.at(-1)!.trim() === '') pages.pop();
  return { text: parts.join('\n'), pages };
};

export const readPlainText: Reader = async (bytes) => {
  const { text, pages } = withPages(decodeText(bytes));
  return { text, pages, headings: plainHeadings(text), title: null };
};
