import { hashedDimensions, hashedVector } from './hashed-vectors.js';
import { lexicalTerms } from './lexical-terms.js';

export interface TextTask {
  kind: 'terms' | 'vectors';
  texts: string[];
}

export type TextResult = { kind: 'terms'; terms: string[][] } | { kind: 'vectors'; values: Float32Array };

/** Vectors travel as one block: `hashedDimensions` numbers for each text in turn. */
export const runTextTask = ({ kind, texts }: TextTask): TextResult => {
  if (kind === 'terms') return { kind, terms: texts.map(lexicalTerms) };
  const values = new Float32Array(texts.length * hashedDimensions);
  texts.forEach((text, index) => values.set(hashedVector(text), index * hashedDimensions));
  return { kind, values };
};
