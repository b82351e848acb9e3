import { markdownFrontMatter, markdownHeadings } from '../../domain/headings.js';
import { cleanText } from './clean-text.js';
import { decodeText } from './decode-text.js';
import type { Reader } from './reader.js';

export const readMarkdown: Reader = async (bytes) => {
  const text = cleanText(decodeText(bytes));
  const headings = markdownHeadings(text);
  const stated = markdownFrontMatter(text).title;
  return {
    text,
    pages: [],
    headings,
    title: stated ?? headings.find(({ level }) => level === 1)?.title ?? null,
  };
};
