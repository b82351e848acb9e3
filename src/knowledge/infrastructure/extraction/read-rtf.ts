import { FileFault } from './extraction-protocol.js';
import { OfficeText } from './office/office-text.js';
import type { Reader } from './reader.js';
import { RtfDocument } from './rtf/rtf-document.js';
import { RtfTokens } from './rtf/rtf-tokens.js';

/** RTF: text in the code page of its font or as `\u`, headings by style, lists, tables, notes. It has no pages. */
export const readRtf: Reader = async (bytes, request) => {
  if (!/^\s*\{\\rtf/.test(bytes.toString('latin1', 0, 200))) throw new FileFault('document-damaged');
  const output = new OfficeText(request.maxTextChars);
  const document = new RtfDocument((block) => output.write(block), request.maxTextChars);
  for (const token of new RtfTokens(bytes)) document.take(token);
  document.end();
  return output.build(document.title);
};
