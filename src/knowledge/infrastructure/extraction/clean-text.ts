/** Normalising is quadratic in a run of combining marks; lines longer than this go in pieces. */
const longestPiece = 16_384;

/** All but tab and newline; NUL is not storable, the rest is never text. Also the byte order mark. */
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufeff\ufffe\uffff]/g;

const canCutBefore = (char: string): boolean => /[\s\p{P}\p{N}]/u.test(char);

const pieceEnd = (text: string, start: number): number => {
  const end = start + longestPiece;
  if (end >= text.length) return text.length;
  for (let at = end; at > end - 256; at--) if (canCutBefore(text[at]!)) return at;
  const code = text.charCodeAt(end);
  return code >= 0xdc00 && code <= 0xdfff ? end - 1 : end;
};

const isPlain = (text: string): boolean => /^[\n\t\u0020-\u007e\uac00-\ud7a3]*$/.test(text);

/**
 * Text as it is stored, offset into and shown: NFC, `\n` line ends, no control characters, no lone surrogates.
 */
export const cleanText = (raw: string): string => {
  const text = raw
    .replace(/\r\n?|[\f\u0085\u2028\u2029]/g, '\n')
    .replace(controls, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
  if (isPlain(text)) return text;
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = pieceEnd(text, start);
    pieces.push(text.slice(start, end).normalize('NFC'));
    start = end;
  }
  return pieces.join('');
};
