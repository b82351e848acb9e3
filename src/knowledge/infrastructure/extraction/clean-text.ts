/** Normalising is quadratic in a run of combining marks. No script stacks more than this (Unicode's UAX #15). */
const longMarkRun = /(\p{M}{30})\p{M}+/gu;

/** All but tab and newline; NUL is not storable, the rest is never text. Also the byte order mark. */
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufeff\ufffe\uffff]/g;

const isPlain = (text: string): boolean => /^[\n\t\u0020-\u007e\uac00-\ud7a3]*$/.test(text);

/**
 * Text as it is stored, offset into and shown: NFC, `\n` line ends, no control characters, no lone surrogates, and
 * at most 30 combining marks in a row.
 */
export const cleanText = (raw: string): string => {
  if (isPlain(raw)) return raw;
  const text = raw
    .replace(/\r\n?|[\f\u0085\u2028\u2029]/g, '\n')
    .replace(controls, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
  if (isPlain(text)) return text;
  // Some marks become two: bounded before for the time it takes, and after for the text that comes out.
  return text.replace(longMarkRun, '$1').normalize('NFC').replace(longMarkRun, '$1');
};
