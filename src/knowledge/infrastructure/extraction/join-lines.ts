import { analyseKorean } from '../../../platform/text/korean-morphology.js';
import type { PdfLine } from './pdf-lines.js';

const endsInLatin = /[\p{Script=Latin}\p{N}]$/u;
/** A word that has a hyphen already is hyphenated by its writer, not by the line end. */
const hyphenated = /(?:^|[^\p{L}\-‐])\p{Script=Latin}{2,40}[-‐\u00ad]$/u;
const startsLower = /^\p{Ll}/u;
const hangulEnd = /[가-힣]$/;
const hangulStart = /^[가-힣]/;
const unspacedEnd = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、。]$/u;
const unspacedStart = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Cannot begin a word: particles, endings, and the suffixes that make verbs. */
const dependentTag = /^(?:J|E|XS|VCP)/;
/** Costs nearer to each other than this do not decide. */
const clearCost = 3;

const lastWord = (text: string): string => /[^\s]{1,20}$/u.exec(text)?.[0] ?? '';
const firstWord = (text: string): string => /^[^\s]{1,20}/u.exec(text)?.[0] ?? '';

/**
 * Joins the lines of a paragraph. English gets a space or loses its hyphen. Korean breaks lines inside words too: the
 * spaces that its lines end in tell, where the file keeps them, else the likelier reading of the two halves does.
 */
export class LineJoiner {
  private readonly keepsSpaces: boolean;

  constructor(lines: PdfLine[]) {
    const korean = lines.filter((line) => line.endsInSpace !== undefined && hangulEnd.test(line.text));
    this.keepsSpaces = korean.filter((line) => line.endsInSpace).length > korean.length * 0.1;
  }

  /** What goes between, and how much of the end of `above` goes away (a hyphen). */
  join(above: PdfLine, below: PdfLine): { dropped: number; between: '' | ' ' } {
    const [end, start] = [above.text, below.text];
    if (hyphenated.test(end) && startsLower.test(start)) return { dropped: 1, between: '' };
    if (end.endsWith('-') && endsInLatin.test(end.slice(0, -1))) return { dropped: 0, between: '' };
    if (unspacedEnd.test(end) && unspacedStart.test(start)) return { dropped: 0, between: '' };
    if (!hangulStart.test(start)) return { dropped: 0, between: ' ' };
    return { dropped: 0, between: this.isOneWord(above, start) ? '' : ' ' };
  }

  private isOneWord(above: PdfLine, start: string): boolean {
    if (this.keepsSpaces && above.endsInSpace !== undefined) return !above.endsInSpace;
    const [last, first] = [lastWord(above.text), firstWord(start)];
    if (!hangulEnd.test(last)) return endsInLatin.test(last) && startsDependent(first);
    const joined = analyseKorean(last + first)?.score ?? 0;
    const apart = analyseKorean(`${last} ${first}`)?.score ?? 0;
    if (Math.abs(joined - apart) > clearCost) return joined < apart;
    return startsDependent(first);
  }
}

const startsDependent = (word: string): boolean =>
  dependentTag.test(analyseKorean(word)?.tokens[0]?.pos ?? '');
