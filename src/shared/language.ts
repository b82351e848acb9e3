const hangul = /\p{Script=Hangul}/u;
const letter = /\p{L}/u;

/** Enough text to judge by; keeps the cost constant for pages and documents. */
const sampleLength = 4_000;

/**
 * Which of the two languages that we write in a text is in. Korean technical prose is full of Latin words, so it is
 * Korean when a third of its words have Hangul in them; nothing to judge by means English.
 */
export const languageOf = (text: string): 'ko' | 'en' => {
  const words = text
    .slice(0, sampleLength)
    .split(/\s+/)
    .filter((word) => letter.test(word));
  const korean = words.filter((word) => hangul.test(word)).length;
  return korean > 0 && korean * 3 >= words.length ? 'ko' : 'en';
};
