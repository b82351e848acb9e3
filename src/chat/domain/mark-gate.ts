import { claimBefore } from './claim.js';
import { CodeTracker } from './code-tracker.js';

/** What the gate lets through: text as it came, or a complete mark that is to be verified. */
export type GateOutput =
  | { type: 'text'; text: string }
  | {
      type: 'mark';
      /** The white space before it, which shares its fate. */
      space: string;
      /** The passage numbers it names, in order, without repeats. */
      numbers: number[];
      /** The sentence (or the part of it since the mark before) that it closes. */
      claim: string;
    };

/** How many characters may be held back. */
const holdLimit = 32;
/** How much of the text before is kept to find the sentence that a mark closes. */
const tailLength = 2_000;

const openMark = /^\[(?:[ \t]*\d+[ \t]*,)*[ \t]*\d*[ \t]*$/;
const closedMark = /^\[[ \t]*\d+(?:[ \t]*,[ \t]*\d+)*[ \t]*$/;

const isHigh = (unit: string): boolean => unit >= '\uD800' && unit <= '\uDBFF';
const isLow = (unit: string): boolean => unit >= '\uDC00' && unit <= '\uDFFF';
const numbersIn = (text: string): number[] => [...new Set((text.match(/\d+/g) ?? []).map(Number))];

/**
 * Finds citation marks in streamed text. Holds back only what may become one: white space and an open `[…`
 * outside code, at most 32 characters. How the text was split into deltas makes no difference to what comes out.
 * Halves of surrogate pairs are joined; what stays half, and NUL, which no store can keep, becomes U+FFFD.
 */
export class MarkGate {
  private readonly code = new CodeTracker();
  private highSurrogate = '';
  private space = '';
  private bracket = '';
  /** The end of what went out, without marks, and where in it the latest mark stood. */
  private tail = '';
  private lastMarkAt = -1;
  private claim = '';
  private output: GateOutput[] = [];

  push(delta: string): GateOutput[] {
    for (let at = 0; at < delta.length; at++) this.takeUnit(delta[at]!);
    return this.drain();
  }

  /** The text is over: what is held back cannot become a mark any more. */
  end(): GateOutput[] {
    if (this.highSurrogate) this.takeCharacter('\uFFFD');
    this.highSurrogate = '';
    this.release('');
    return this.drain();
  }

  private drain(): GateOutput[] {
    const { output } = this;
    this.output = [];
    return output;
  }

  private takeUnit(unit: string): void {
    const high = this.highSurrogate;
    this.highSurrogate = '';
    if (isLow(unit)) {
      this.takeCharacter(high ? high + unit : '\uFFFD');
      return;
    }
    if (high) this.takeCharacter('\uFFFD');
    if (isHigh(unit)) this.highSurrogate = unit;
    else this.takeCharacter(unit === '\0' ? '\uFFFD' : unit);
  }

  private takeCharacter(character: string): void {
    this.code.take(character);
    if (this.code.inCode) {
      this.release(character);
      return;
    }
    if (this.bracket) {
      if (character === ']' && closedMark.test(this.bracket)) {
        this.emitMark(numbersIn(this.bracket));
        this.bracket = '';
        return;
      }
      if (openMark.test(this.bracket + character)) {
        this.bracket += character;
        this.keepWithinLimit();
        return;
      }
      this.release('');
    }
    if (character === '[') this.bracket = '[';
    else if (/\s/.test(character)) this.space += character;
    else this.release(character);
    this.keepWithinLimit();
  }

  /** Past the limit a long list of numbers goes out in parts; anything else is text after all. */
  private keepWithinLimit(): void {
    if (this.space.length + this.bracket.length <= holdLimit) return;
    if (!this.bracket || this.space) {
      this.emitText(this.space[0]!);
      this.space = this.space.slice(1);
      return;
    }
    const complete = this.bracket.lastIndexOf(',');
    if (complete === -1) this.release('');
    else {
      this.emitMark(numbersIn(this.bracket.slice(0, complete)));
      this.bracket = `[${this.bracket.slice(complete + 1)}`;
    }
  }

  private release(more: string): void {
    this.emitText(this.space + this.bracket + more);
    this.space = '';
    this.bracket = '';
  }

  private emitText(text: string): void {
    if (text === '') return;
    const last = this.output.at(-1);
    if (last?.type === 'text') last.text += text;
    else this.output.push({ type: 'text', text });
    this.tail += text;
    if (this.tail.length > 2 * tailLength) {
      this.lastMarkAt -= this.tail.length - tailLength;
      this.tail = this.tail.slice(-tailLength);
    }
  }

  private emitMark(numbers: number[]): void {
    // A mark right after another closes the same part of the sentence.
    if (/[\p{L}\p{N}]/u.test(this.tail.slice(Math.max(0, this.lastMarkAt)))) {
      this.claim = claimBefore(this.tail, this.lastMarkAt);
    }
    this.output.push({ type: 'mark', space: this.space, numbers, claim: this.claim });
    this.lastMarkAt = this.tail.length;
    this.space = '';
  }
}
