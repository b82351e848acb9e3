import { documentTypes, typesDeclared, typesNamed } from './document-types.js';
import { cleanFilename } from './filename.js';

/** What a document from a URL is called until its page has told a title of its own. */
export function titleOfUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${decoded(pathname)}`.replace(/\/$/, '').slice(0, 500);
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text).replace(/\p{C}/gu, '');
  } catch {
    return text;
  }
};

/**
 * A name for what was fetched. The ending of an address promises nothing (`/list.php` is a page), so the declared type
 * has the last word where the two disagree.
 */
export function filenameOfUrl(url: string, declaredType: string | null): string {
  const { pathname, hostname } = new URL(url);
  const segment = cleanFilename(decoded(pathname.split('/').findLast((part) => part !== '') ?? hostname));
  const declared = typesDeclared((declaredType ?? '').split(';')[0]!.trim().toLowerCase());
  const [type] = declared;
  if (type === undefined) return segment;
  const extension = /\.([A-Za-z0-9]{1,16})$/.exec(segment)?.[1]?.toLowerCase();
  const named = extension === undefined ? [] : typesNamed(extension);
  if (named.some((candidate) => declared.includes(candidate))) return segment;
  return cleanFilename(`${segment}.${documentTypes[type].extensions[0]}`);
}

const longestAddress = 2_048;
const mostTags = 200;

/**
 * The address that a page calls its own (`<link rel="canonical">`), looked for in its first part; null when there is
 * none that could be one. It is a label: nothing is fetched from it.
 */
export function canonicalLink(html: string, base: string): string | null {
  let position = 0;
  for (let tags = 0; tags < mostTags; tags++) {
    const start = html.indexOf('<link', position);
    if (start < 0) return null;
    const tag = html.slice(start, start + longestAddress + 200).split('>', 1)[0]!;
    position = start + '<link'.length;
    if (!/\brel\s*=\s*["']?canonical["'\s/]?/i.test(tag)) continue;
    const href = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(tag);
    return webAddress((href?.[1] ?? href?.[2] ?? href?.[3] ?? '').replaceAll('&amp;', '&'), base);
  }
  return null;
}

function webAddress(reference: string, base: string): string | null {
  if (reference === '' || !URL.canParse(reference, base)) return null;
  const url = new URL(reference, base);
  url.hash = '';
  const plain = /^https?:$/.test(url.protocol) && !url.username && !url.password;
  return plain && url.href.length <= longestAddress ? url.href : null;
}
