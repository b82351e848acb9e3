import { splitSentences } from '../../shared/sentences.js';
import { proseOf } from './ledger-rules.js';

export interface SpokenText {
  /** `User`, `Assistant` or a name: what the lines of the summary begin with. */
  speaker: string;
  role: 'user' | 'assistant';
  content: string;
}

export interface CondenseOptions {
  maxTokens: number;
  terms(text: string): string[];
  tokensOf(text: string): number;
  /** The longest prefix within so many tokens. */
  truncate(text: string, maxTokens: number): string;
}

interface Candidate {
  speaker: string;
  text: string;
  terms: Set<string>;
  tokens: number;
  /** What the sentence is, apart from its words: who said it, and whether it holds figures. */
  factor: number;
}

/** A sentence that is longer than this share of the summary is cut: it would crowd out the rest. */
const longestShare = 0.34;
const labelTokens = 3;
const userFactor = 1.2;
const figureFactor = 1.5;
const questionFactor = 0.85;

/**
 * An extractive summary: the sentences that carry most of the conversation's frequent terms, without repeating
 * each other, in their order, as `Speaker: sentences` lines within `maxTokens`. The earlier summary's sentences
 * compete with the new ones on equal terms.
 */
export function condense(previous: string, turns: SpokenText[], options: CondenseOptions): string {
  const candidates = withoutRepeats([
    ...sentencesOfSummary(previous, options),
    ...turns.flatMap((turn) => sentencesOfTurn(turn, options)),
  ]);
  const chosen = choose(candidates, options.maxTokens);
  return asLines(candidates.filter((candidate) => chosen.has(candidate)));
}

function sentencesOfSummary(summary: string, options: CondenseOptions): Candidate[] {
  return summary.split('\n').flatMap((line) => {
    const label = /^([^:\n]{1,60}): /.exec(line);
    const text = label ? line.slice(label[0].length) : line;
    return splitSentences(text).map(({ start, end }) =>
      candidateOf(label?.[1] ?? '', text.slice(start, end), 1, options),
    );
  });
}

function sentencesOfTurn(turn: SpokenText, options: CondenseOptions): Candidate[] {
  const prose = proseOf(turn.content);
  const factor = turn.role === 'user' ? userFactor : 1;
  return splitSentences(prose).map(({ start, end }) =>
    candidateOf(turn.speaker, prose.slice(start, end), factor, options),
  );
}

function candidateOf(
  speaker: string,
  sentence: string,
  roleFactor: number,
  options: CondenseOptions,
): Candidate {
  const bare = sentence.replace(/^[ \t]*(?:#{1,6}|[-*+•>])[ \t]+/, '').replace(/\s+/g, ' ');
  const most = Math.max(12, Math.floor(options.maxTokens * longestShare));
  const whole = options.tokensOf(bare) <= most;
  const text = whole ? bare : `${options.truncate(bare, most - 1).trimEnd()}…`;
  const figures = /\d/.test(text) ? figureFactor : 1;
  const question = /[?？]$/.test(text) ? questionFactor : 1;
  return {
    speaker,
    text,
    terms: new Set(options.terms(text)),
    tokens: options.tokensOf(text) + 1,
    factor: roleFactor * figures * question,
  };
}

function withoutRepeats(candidates: Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ text, terms }) => {
    if (terms.size === 0 || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function choose(candidates: Candidate[], maxTokens: number): Set<Candidate> {
  const weights = termWeights(candidates);
  const open = new Set(candidates);
  const chosen = new Set<Candidate>();
  let left = maxTokens;
  while (open.size > 0) {
    let best: Candidate | undefined;
    let bestScore = -1;
    for (const candidate of open) {
      const score = scoreOf(candidate, weights);
      if (score > bestScore) [best, bestScore] = [candidate, score];
    }
    if (!best) break;
    open.delete(best);
    // Each chosen sentence may stand on a line of its own, with its label.
    const cost = best.tokens + labelTokens;
    if (cost > left) continue;
    left -= cost;
    chosen.add(best);
    // What has been said once counts less the next time.
    for (const term of best.terms) weights.set(term, weights.get(term)! * 0.5);
  }
  return chosen;
}

/**
 * What a term says about the whole: little when one sentence alone has it, most when several do, and little again
 * when nearly all do, as articles and particles.
 */
function termWeights(candidates: Candidate[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { terms } of candidates) {
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  const weightOf = (count: number): number =>
    (0.1 + Math.log2(count)) * (1 - (count / (candidates.length + 1)) ** 2);
  return new Map([...counts].map(([term, count]) => [term, weightOf(count)]));
}

function scoreOf({ terms, factor }: Candidate, weights: Map<string, number>): number {
  let sum = 0;
  for (const term of terms) sum += weights.get(term)!;
  // Between a sum (prefers long sentences) and a mean (prefers short ones).
  return (sum / (terms.size + 4) ** 0.5) * factor;
}

function asLines(chosen: Candidate[]): string {
  const lines: { speaker: string; texts: string[] }[] = [];
  for (const { speaker, text } of chosen) {
    const last = lines.at(-1);
    if (last && last.speaker === speaker) last.texts.push(text);
    else lines.push({ speaker, texts: [text] });
  }
  return lines
    .map(({ speaker, texts }) => (speaker === '' ? texts.join(' ') : `${speaker}: ${texts.join(' ')}`))
    .join('\n');
}
