import { countTokens } from '../models/o200k-token-counter.js';
import { lexicalTerms } from './lexical-terms.js';

/**
 * Loads what is else loaded at first use, for processes that do nothing but work: half a second of CPU, and seconds on
 * a busy machine, in which the first job's lease could not be renewed.
 */
export function warmUp(): void {
  countTokens('가');
  lexicalTerms('가 word');
}
