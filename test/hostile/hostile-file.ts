import type { Random } from '../random.js';

/** What a careless reader would take: it is looked for afterwards. */
export interface Bait {
  /** Stands in the name of everything that must not be written anywhere. */
  token: string;
  /** Of a listener that must never be called. */
  url: string;
  /** A file whose content must never come out as a document's text. */
  secretFile: string;
}

export interface HostileFile {
  /** As the client sends it; nothing is escaped. */
  filename: string;
  declaredType?: string;
  bytes: Buffer;
}

export interface Recipe {
  /** The row of the report that it counts in. */
  kind: string;
  /** What is wrong with it. */
  about: string;
  /** Made when its turn comes: the corpus is larger than what should lie in memory. */
  make(): HostileFile;
}

export interface Kitchen {
  random: Random;
  bait: Bait;
}

const syllables = [
  'ka',
  'ro',
  'mi',
  'ten',
  'sol',
  'var',
  'de',
  'lun',
  'pha',
  'ix',
  '가',
  '나라',
  '문서',
  '계약',
  '조항',
];

/** Words that do not compress much, so that an archive of them has some kilobytes to be cut at. */
export const prose = (random: Random, length: number): string => {
  const words: string[] = [];
  for (let made = 0; made < length;) {
    const word = Array.from({ length: random.between(1, 4) }, () => random.pick(syllables)).join('');
    words.push(random.chance(0.1) ? `${word}. ` : `${word} `);
    made += word.length + 1;
  }
  return words.join('').trim();
};

export const noise = (random: Random, length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, () => random.between(0, 255)));
