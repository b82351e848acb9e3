import { Random } from '../random.js';
import { damage } from './damage.js';
import { disguises } from './disguises.js';
import type { Bait, Recipe } from './hostile-file.js';
import { markupAttacks } from './markup-attacks.js';
import { nameAttacks } from './names.js';
import { pdfAttacks } from './pdf-attacks.js';
import { textAttacks } from './text-attacks.js';
import { xmlAttacks } from './xml-attacks.js';
import { zipAttacks } from './zip-attacks.js';

/** Everything that is tried: the same for the same seed. */
export const corpus = (seed: number, bait: Bait): Recipe[] => {
  const random = new Random(seed);
  return [
    zipAttacks,
    xmlAttacks,
    pdfAttacks,
    textAttacks,
    markupAttacks,
    disguises,
    nameAttacks,
    damage,
  ].flatMap((make) => make({ random: random.fork(), bait }));
};

/** So many of them, of every kind in turn. */
export const sliceOf = (recipes: Recipe[], count: number, seed: number): Recipe[] => {
  const random = new Random(seed);
  const kinds = [...new Set(recipes.map(({ kind }) => kind))];
  const byKind = kinds.map((kind) => random.shuffled(recipes.filter((recipe) => recipe.kind === kind)));
  const slice: Recipe[] = [];
  for (let turn = 0; slice.length < Math.min(count, recipes.length); turn++)
    for (const some of byKind) if (some[turn] && slice.length < count) slice.push(some[turn]!);
  return slice;
};
