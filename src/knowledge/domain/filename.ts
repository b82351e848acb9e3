const maxLength = 255;
const fallback = 'document';
/** Control characters, and those that turn the direction of text around to disguise an extension. */
const unwanted = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const loneSurrogate = /\p{Cs}/gu;

/** A client's file name as we keep it: last path segment, NFC, no control characters, never empty. */
export function cleanFilename(given: string): string {
  const segment = given.split(/[/\\]/).at(-1) ?? '';
  const clean = segment.replace(unwanted, '').replace(loneSurrogate, '\ufffd').normalize('NFC').trim();
  return clean === '' || clean === '.' || clean === '..' ? fallback : shorten(clean);
}

/** What a document is called until someone says otherwise. */
export function titleOfFilename(filename: string): string {
  const { stem } = split(filename);
  return stem.trim() || filename;
}

function shorten(name: string): string {
  if (name.length <= maxLength) return name;
  const { stem, extension } = split(name);
  const kept = stem.slice(0, maxLength - extension.length).replace(loneSurrogate, '');
  return `${kept}${extension}`;
}

function split(name: string): { stem: string; extension: string } {
  const extension = /(?<=.)\.[^.]{1,16}$/u.exec(name)?.[0] ?? '';
  return { stem: name.slice(0, name.length - extension.length), extension };
}
