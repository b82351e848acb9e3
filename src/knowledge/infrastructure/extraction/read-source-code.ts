import { codeDefinitions } from '../../domain/code-definitions.js';
import { cleanText } from './clean-text.js';
import { decodeText } from './decode-text.js';
import type { Reader } from './reader.js';

const extensionOf = (filename: string): string => /\.([\w-]{1,16})$/.exec(filename)?.[1]?.toLowerCase() ?? '';

/** One code block, which the chunker keeps in lines; its functions and classes as headings. */
export const readSourceCode: Reader = async (bytes, { filename }) => {
  const code = cleanText(decodeText(bytes)).replace(/^\n+|\s+$/g, '');
  const extension = extensionOf(filename);
  const longest = (code.match(/`{3,}/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
  const fence = '`'.repeat(longest + 1);
  const opening = `${fence}${extension}\n`;
  return {
    text: code === '' ? '' : `${opening}${code}\n${fence}`,
    pages: [],
    headings: codeDefinitions(code, extension).map((heading) => ({
      ...heading,
      start: heading.start + opening.length,
    })),
    title: null,
  };
};
