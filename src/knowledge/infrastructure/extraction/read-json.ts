import { cleanText } from './clean-text.js';
import { decodeText } from './decode-text.js';
import { prettyJson, type PrettyJson } from './pretty-json.js';
import type { Reader } from './reader.js';

const opening = '```json\n';
const closing = '\n```';

/** Each line a value of its own, blank ones aside (JSON Lines). Undefined when one is not. */
const jsonLines = (source: string): PrettyJson | undefined => {
  const parts: string[] = [];
  const sections: PrettyJson['sections'] = [];
  let length = 0;
  for (const line of source.split('\n')) {
    if (line.trim() === '') continue;
    const value = prettyJson(line);
    if (!value) return undefined;
    for (const section of value.sections) sections.push({ ...section, start: section.start + length });
    parts.push(value.text);
    length += value.text.length + 1;
  }
  return parts.length > 0 ? { text: parts.join('\n'), sections } : undefined;
};

/**
 * JSON and JSON Lines, laid out anew in a code block, the keys of large objects as headings. What is neither (comments,
 * trailing commas, a file cut off) is read as the text that it is.
 */
export const readJson: Reader = async (bytes) => {
  const source = decodeText(bytes);
  const pretty = prettyJson(source) ?? jsonLines(source);
  if (!pretty) return { text: cleanText(source), pages: [], headings: [], title: null };
  return {
    text: opening + pretty.text + closing,
    pages: [],
    headings: pretty.sections.map((section) => ({ ...section, start: section.start + opening.length })),
    title: null,
  };
};
