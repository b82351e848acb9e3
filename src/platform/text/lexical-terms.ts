import { latinTerms, maxTermLength } from './english-terms.js';
import { GenerationalCache } from './generational-cache.js';
import { hangulTerms } from './korean-terms.js';
import { wordRuns, type WordRun } from './word-runs.js';

/** Stored beside the index: raise its number whenever any term of any text changes; stored terms are then made anew. */
export const lexicalVersion = 'ko-en-v1';

/** Characters and their pairs. */
const ideographicTerms = (run: string): string[] => {
  const terms: string[] = [];
  let previous: string | undefined;
  for (const char of run) {
    terms.push(char);
    if (previous !== undefined) terms.push(previous + char);
    previous = char;
  }
  return terms;
};

const otherTerms = (run: string): string[] => {
  const lower = run.slice(0, maxTermLength).toLowerCase();
  const term = lower
    .replace(/\p{M}/gu, '')
    .slice(0, maxTermLength)
    .replace(/[\ud800-\udbff]$/, '');
  return /[\p{L}\p{N}]/u.test(term) ? [term] : [];
};

const latin = new GenerationalCache<string[]>(20_000);
/** Of a longer slice V8 makes a view, which would keep the text around it. */
const longestCached = 12;

const termsOfRun = (run: WordRun): readonly string[] => {
  switch (run.kind) {
    case 'latin':
      return run.text.length <= longestCached
        ? latin.getOrCompute(run.text, latinTerms)
        : latinTerms(run.text);
    case 'hangul':
      return hangulTerms(run.text, run.after);
    case 'ideographic':
      return ideographicTerms(run.text);
    case 'other':
      return otherTerms(run.text);
  }
};

/** The terms of a text, in order, with repeats. Pure computation: runs in this thread or in a worker alike. */
export const lexicalTerms = (text: string): string[] => {
  const terms: string[] = [];
  for (const run of wordRuns(text)) for (const term of termsOfRun(run)) terms.push(term);
  return terms;
};
