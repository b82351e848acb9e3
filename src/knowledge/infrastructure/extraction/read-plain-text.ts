import { cleanText } from './clean-text.js';
import { decodeText } from './decode-text.js';
import type { Reader } from './reader.js';

export const readPlainText: Reader = async (bytes) => ({
  text: cleanText(decodeText(bytes)),
  pages: [],
  headings: [],
  title: null,
});
