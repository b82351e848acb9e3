import type { LocalTensor } from './transformers-library.js';

/** Mean of the token vectors of each text that are not padding. @param hidden texts × tokens × width */
export function meanOfTokens({ dims, data }: LocalTensor, mask: LocalTensor): Float32Array {
  const [texts, tokens, width] = dims as [number, number, number];
  const means = new Float32Array(texts * width);
  for (let text = 0; text < texts; text++) {
    let counted = 0;
    for (let token = 0; token < tokens; token++) {
      const at = text * tokens + token;
      if (!Number(mask.data[at])) continue;
      counted++;
      for (let column = 0; column < width; column++)
        means[text * width + column]! += Number(data[at * width + column]);
    }
    for (let column = 0; column < width; column++) means[text * width + column]! /= counted || 1;
  }
  return means;
}

/** The vector of each text's first token, `[CLS]`. */
export function firstTokens({ dims, data }: LocalTensor): Float32Array {
  const [texts, tokens, width] = dims as [number, number, number];
  return Float32Array.from({ length: texts * width }, (_, index) => {
    const text = Math.floor(index / width);
    return Number(data[text * tokens * width + (index % width)]);
  });
}
