/** What the scripted model is to say: stands in the question, whichever way it takes. */
export interface Script {
  id: string;
  tokensPerSecond: number;
  tokens: number;
  /** Each token comes earlier or later by up to this share of the time between two. */
  jitter: number;
}

export const questionOf = ({ id, tokensPerSecond, tokens, jitter }: Script): string =>
  `bench ${id} ${tokensPerSecond} ${tokens} ${jitter}`;

export function scriptIn(text: string): Script {
  const [, id, tokensPerSecond, tokens, jitter] = /bench (\S+) ([\d.]+) (\d+) ([\d.]+)/.exec(text) ?? [];
  if (!id) throw new Error('The question holds no script.');
  return {
    id,
    tokensPerSecond: Number(tokensPerSecond),
    tokens: Number(tokens),
    jitter: Number(jitter),
  };
}

/** Of every token, in UTF-16 units: what a client has tells it by its length which tokens these are. */
export const tokenLength = 4;

/** A space and three syllables, as tokenizers cut Korean. */
export const tokenAt = (index: number): string =>
  ` ${[0, 1, 2].map((place) => String.fromCodePoint(0xac00 + ((index * 31 + place * 588) % 11_172))).join('')}`;
