import { AppError } from '../../shared/app-error.js';

/** What a file's first bytes say. `binary` names the format where its magic number is known. */
export type Content = 'empty' | 'pdf' | 'text' | { binary: string | null };

const pdf = 'application/pdf';
const markdown = 'text/markdown';
const plain = 'text/plain';

/** What a document may be. For each there is a reader in `extract-text.ts`. */
export type DocumentType = typeof pdf | typeof markdown | typeof plain;

const byExtension: Record<string, DocumentType> = {
  pdf,
  md: markdown,
  markdown,
  mdown: markdown,
  txt: plain,
  text: plain,
  log: plain,
};
const byDeclaration: Record<string, DocumentType> = {
  [pdf]: pdf,
  'application/x-pdf': pdf,
  [markdown]: markdown,
  'text/x-markdown': markdown,
  'text/x-web-markdown': markdown,
  [plain]: plain,
};
/** Says nothing about the file. */
const undeclared = new Set(['', 'application/octet-stream', 'binary/octet-stream']);

const supported = 'PDF (.pdf), Markdown (.md) and plain text (.txt)';

const notSupported = (what: string): AppError =>
  new AppError({
    code: 'knowledge.type-not-supported',
    kind: 'unsupported',
    message: `Files of the type ${what} are not supported; ${supported} are.`,
  });

const mismatch = (said: string, content: string): AppError =>
  new AppError({
    code: 'knowledge.type-mismatch',
    kind: 'unsupported',
    message: `The file is called ${said}, but its content is ${content}.`,
  });

const extensionOf = (filename: string): string =>
  /\.([A-Za-z0-9]{1,16})$/.exec(filename)?.[1]?.toLowerCase() ?? '';

/** Printable, as an error may show it. */
const shown = (type: string): string => type.slice(0, 100).replace(/[^\x20-\x7e]/g, '');

const describe = (content: Content): string => {
  if (content === 'pdf') return 'a PDF';
  if (typeof content === 'string') return 'text';
  return content.binary ?? 'binary data';
};

/** The type that name and declaration together promise; Markdown is plain text that says more. */
const promised = (filename: string, declared: string): DocumentType | undefined => {
  const named = byExtension[extensionOf(filename)];
  const stated = byDeclaration[declared];
  if (named && stated && named !== stated) {
    if (named === pdf || stated === pdf)
      throw mismatch(`.${shown(extensionOf(filename))}`, `declared as ${shown(declared)}`);
    return markdown;
  }
  return stated ?? named;
};

/**
 * The type of a file by its content, kept to what its name and its declared type promise.
 * @throws AppError `knowledge.type-not-supported`, `knowledge.type-mismatch`
 */
export const detectType = (content: Content, filename: string, declaredType: string | null): DocumentType => {
  const declared = (declaredType ?? '').split(';')[0]!.trim().toLowerCase();
  const stated = !undeclared.has(declared);
  if (stated && !byDeclaration[declared]) throw notSupported(shown(declared));
  const promise = promised(filename, declared);
  const extension = extensionOf(filename);
  if (content === 'empty') return promise ?? plain;
  const fits = content === 'pdf' ? promise === pdf : content === 'text' && promise !== pdf;
  if (promise && fits) return promise;
  if (promise) throw mismatch(promise, describe(content));
  if (content === 'pdf') return pdf;
  if (content === 'text' && extension === '') return plain;
  throw notSupported(content === 'text' ? `.${shown(extension)}` : describe(content));
};

const pdfMark = [0x25, 0x50, 0x44, 0x46, 0x2d];
/** PDF readers take up to a kilobyte of anything before the mark. */
const markWithin = 1_024;

/** @param claimed it is said to be one: then the mark may come late, as readers allow; else text only quotes it */
export const looksLikePdf = (head: Uint8Array, claimed: boolean): boolean => {
  const last = Math.min(claimed ? markWithin : 0, head.length - pdfMark.length);
  for (let at = 0; at <= last; at++)
    if (pdfMark.every((byte, index) => head[at + index] === byte)) return true;
  return false;
};

/** Whether name or declared type call it a PDF. */
export const claimsPdf = (filename: string, declared: string | null): boolean =>
  extensionOf(filename) === 'pdf' || /^application\/(?:x-)?pdf\b/i.test(declared?.trim() ?? '');

const utf16Mark = (head: Uint8Array): boolean =>
  (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);

/** No NUL and hardly any control characters, in whatever encoding; or UTF-16 that says so. */
export const looksLikeText = (head: Uint8Array): boolean => {
  if (utf16Mark(head)) return true;
  let controls = 0;
  for (const byte of head) {
    if (byte === 0) return false;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) controls++;
  }
  return controls <= head.length * 0.01;
};
