import type { Content } from './detect-type.js';
import { packedAs } from './document-types.js';
import { looksLikeOle, oleContent } from './ole-content.js';
import { looksLikeZip, zipContent } from './zip-content.js';

/** As many bytes are looked at: enough for what tells in an archive to have come, little beside an upload. */
export const headBytes = 65_536;

const pdfMark = Buffer.from('%PDF-');
/** PDF readers take up to a kilobyte of anything before the mark. */
const pdfMarkWithin = 1_024;

const looksLikePdf = (head: Buffer, claimed: boolean): boolean => {
  const at = head.subarray(0, (claimed ? pdfMarkWithin : 0) + pdfMark.length).indexOf(pdfMark);
  return at !== -1;
};

/** Whether name or declared type call it a PDF: then its mark may come late, as readers allow; else text only quotes it. */
const claimsPdf = (filename: string, declared: string | null): boolean =>
  /\.pdf$/i.test(filename) || /^application\/(?:x-)?pdf\b/i.test(declared?.trim() ?? '');

/** Text has to look like it here; what comes later may be damaged. */
const textWithin = 4_096;

const utf16Mark = (head: Buffer): boolean =>
  (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);

/** No NUL and hardly any control characters, in whatever encoding; or UTF-16 that says so. */
const looksLikeText = (head: Buffer): boolean => {
  if (utf16Mark(head)) return true;
  const looked = head.subarray(0, textWithin);
  let controls = 0;
  for (const byte of looked) {
    if (byte === 0) return false;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) controls++;
  }
  return controls <= looked.length * 0.01;
};

const htmlStart =
  /^(?:<!--(?:[^-]|-(?!->)){0,500}-->\s{0,100}|<\?xml[^>]{0,200}>\s{0,100}){0,4}<(?:!doctype\s+html|html)[\s>]/i;

/** In any encoding that has ASCII's letters, or UTF-16. */
const looksLikeHtml = (head: Buffer): boolean => {
  const start = head
    .subarray(0, textWithin)
    .toString('latin1')
    .replace(/[\0\xef\xbb\xbf\xff\xfe]/g, '');
  return htmlStart.test(start.trimStart());
};

const textContent = (head: Buffer): Content => ({
  types: looksLikeHtml(head) ? ['text/html', ...packedAs('text')] : packedAs('text'),
  description: 'text',
  isText: true,
});

/** What the first bytes say; undefined for what is neither text nor one of our formats. */
export const contentOf = (head: Buffer, filename: string, declared: string | null): Content | undefined => {
  if (looksLikePdf(head, claimsPdf(filename, declared)))
    return { types: ['application/pdf'], description: 'a PDF' };
  if (looksLikeZip(head)) return zipContent(head);
  if (looksLikeOle(head)) return oleContent(head);
  if (/^\s{0,100}\{\\rtf\d/.test(head.subarray(0, 200).toString('latin1')))
    return { types: packedAs('rtf'), description: 'RTF' };
  return looksLikeText(head) ? textContent(head) : undefined;
};
