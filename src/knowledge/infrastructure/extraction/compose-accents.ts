/** Accents that take room of their own, and those that sit on a letter. */
const combining: Record<string, string> = {
  '´': '\u0301',
  ˆ: '\u0302',
  '˜': '\u0303',
  '¯': '\u0304',
  '˘': '\u0306',
  '˙': '\u0307',
  '¨': '\u0308',
  '˚': '\u030a',
  '˝': '\u030b',
  ˇ: '\u030c',
};
/** Not over a space, where it may be a degree, a minute or an inch. */
const accentAndLetter = new RegExp(`([${Object.keys(combining).join('')}])(\\p{L})`, 'gu');
const dotless: Record<string, string> = { ı: 'i', ȷ: 'j' };

/**
 * TeX's older fonts print an accent and then the letter under it: "distribuci´on" is meant as "distribución". Put
 * together where there is such a letter, left as it is where there is none.
 */
export const composeAccents = (text: string): string =>
  text.replace(accentAndLetter, (both, accent: string, letter: string) => {
    const composed = `${dotless[letter] ?? letter}${combining[accent]}`.normalize('NFC');
    return composed.length === 1 ? composed : both;
  });
