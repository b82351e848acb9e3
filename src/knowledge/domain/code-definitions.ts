import type { ExtractedText } from './chunk.js';

const longestLine = 300;
const longestTitle = 120;

const modifiers =
  '(?:(?:export|default|public|private|protected|internal|static|abstract|final|sealed|partial|async|pub(?:\\([a-z]{1,9}\\))?|' +
  'unsafe|open|override|declare|inline|virtual|data|const)\\s+){0,5}';
const keywords =
  'function\\*?|class|interface|enum|struct|trait|impl|def|fn|func|fun|module|namespace|type|object|record|protocol|' +
  'extension|defmodule|defp?|sub|message|service';
/** After the name comes what a declaration goes on with, and prose does not. */
const declared = new RegExp(
  `^[ \\t]{0,24}${modifiers}(?:${keywords})\\s+(?:\\([^()]{0,80}\\)\\s*)?[\\w$.:!?]{1,80}` +
    '\\s*(?:[({:<\\[=;]|$|(?:extends|implements|for|where|is|do|as)\\b)',
);
const assigned =
  /^(?:export\s+)?(?:const|let|var)\s+[\w$]{1,80}\s*(?::[^=]{1,80})?=\s*(?:async\s*)?(?:\(|function\b|[\w$]{1,80}\s*=>)/;
const cFunction =
  /^(?!(?:if|for|while|switch|return|else|do|case|typedef)\b)[A-Za-z_][\w\s*&:<>,~]{1,120}\([^;]{0,200}$/;
const cExtensions = new Set('c h cc cpp cxx hpp hh m mm'.split(' '));
const section = /^\[{1,2}([^[\]]{1,100})\]{1,2}\s*$/;
const sectionExtensions = new Set('ini toml cfg conf properties'.split(' '));
const sql =
  /^create\s+(?:or\s+replace\s+)?(?:unique\s+|materialized\s+|temporary\s+|temp\s+)?(?:table|view|function|procedure|index|trigger|type)\s/i;

const isDefinition = (line: string, extension: string): boolean =>
  declared.test(line) ||
  assigned.test(line) ||
  (cExtensions.has(extension) && cFunction.test(line)) ||
  (sectionExtensions.has(extension) && section.test(line)) ||
  (extension === 'sql' && sql.test(line));

const titleOf = (line: string): string =>
  line
    .trim()
    .replace(/\s*(?:=>)?\s*[{:(=]?$/, '')
    .slice(0, longestTitle);

/**
 * Where functions, classes and the like begin, by the looks of single lines: breadcrumbs, so one that is missed or seen
 * too many does little harm. Those without indent are of level 1, the others of level 2. Linear.
 */
export const codeDefinitions = (code: string, extension: string): ExtractedText['headings'] => {
  const found: ExtractedText['headings'] = [];
  for (let start = 0; start < code.length;) {
    const newline = code.indexOf('\n', start);
    const end = newline === -1 ? code.length : newline;
    const line = code.slice(start, Math.min(end, start + longestLine));
    if (isDefinition(line, extension)) {
      const title = titleOf(line);
      if (title !== '') found.push({ level: /^\S/.test(line) ? 1 : 2, title, start });
    }
    start = end + 1;
  }
  return found;
};
