/** A turn that may be recalled, with what is known of it beside the question. */
export interface RecallCandidate {
  messageId: string;
  position: number;
  sitting: number;
  speaker: string | null;
  saidAt: Date;
  tokens: number;
  /** Terms of its text, repeats counted. */
  termCount: number;
  /** How often it has each term of the question, in the question's order. */
  frequencies: number[];
  /** Of its vector to the question's, 0 to 1; null when there is none. */
  similarity: number | null;
  asks: boolean;
  tellsTime: boolean;
}

export interface RecallQuestion {
  text: string;
  /** IDF of each of its terms; 0 for those that say nothing here. */
  weights: number[];
  /** Terms of an average turn. */
  averageTermCount: number;
  range: { from: Date; to: Date } | null;
}

export interface RankedTurn {
  messageId: string;
  tokens: number;
  /** Log-odds that it matters, less what its length costs; only the order and differences mean something. */
  score: number;
  /** Share of the question's weight that it and its neighbours hold, from 0 to about 1.5. */
  fit: number;
}

/**
 * Weights of a logistic regression over turns that are evidence for a question or are not, learned on three
 * conversations and confirmed on two others (`npm run bench:memory`), rounded.
 */
const weights = {
  neighbourhood: 3,
  sitting: 1.6,
  similarity: 2,
  named: 0.7,
  notNamed: -2.4,
  asks: -0.6,
  answers: 0.9,
  tellsTime: 0.7,
  opensSitting: 1.1,
  /** Not learned: the sets have few questions that name a time. */
  inRange: 2,
  /** A long turn takes the room of several short ones. */
  length: -0.7,
} as const;

/** How much of what its neighbours say counts for a turn: an answer rarely repeats the words of its question. */
const neighbours = [
  { offset: -2, share: 0.5 },
  { offset: -1, share: 1 },
  { offset: 0, share: 1 },
  { offset: 1, share: 0.5 },
  { offset: 2, share: 0.25 },
] as const;

const saturation = 0.9;
const lengthWeight = 0.75;

const saturated = (frequency: number, length: number, average: number): number =>
  (frequency * (saturation + 1)) /
  (frequency + saturation * (1 - lengthWeight + (lengthWeight * length) / average));

const isNamedIn = (question: string, speaker: string): boolean => {
  const escaped = speaker.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  // Korean particles follow a name without a space.
  return new RegExp(String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{Script=Latin}\p{N}])`, 'iu').test(question);
};

/** The speakers whom a question names. */
export const namedSpeakers = (question: string, speakers: Iterable<string | null>): Set<string> =>
  new Set([...new Set(speakers)].filter((speaker) => speaker && isNamedIn(question, speaker)) as string[]);

/** The turns that matter most for their length first; those without any relation to the question are left out. */
export function rankForRecall(candidates: RecallCandidate[], question: RecallQuestion): RankedTurn[] {
  const total = question.weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const at = new Map(candidates.map((candidate) => [candidate.position, candidate]));
  const besides = (turn: RecallCandidate, offset: number): RecallCandidate | undefined => {
    const other = at.get(turn.position + offset);
    return other?.sitting === turn.sitting ? other : undefined;
  };
  const sittings = sittingScores(candidates, question);
  const closest = Math.max(0, ...candidates.map(({ similarity }) => similarity ?? 0)) || 1;
  const speakers = new Set(candidates.map(({ speaker }) => speaker));
  const named = namedSpeakers(question.text, speakers);
  // Who names all of them tells none apart.
  const isAbout = named.size > 0 && named.size < speakers.size;
  const rank = (turn: RecallCandidate): RankedTurn => {
    const fit = neighbourhoodFit(turn, besides, question) / total;
    const isNamed = turn.speaker !== null && named.has(turn.speaker);
    const score =
      weights.neighbourhood * fit +
      weights.sitting * sittings.get(turn.sitting)! +
      weights.similarity * (Math.max(0, turn.similarity ?? 0) / closest) +
      (isAbout ? (isNamed ? weights.named : weights.notNamed) : 0) +
      (turn.asks ? weights.asks : 0) +
      (besides(turn, -1)?.asks ? weights.answers : 0) +
      (turn.tellsTime ? weights.tellsTime : 0) +
      (turn.position === turn.sitting ? weights.opensSitting : 0) +
      (isWithin(turn.saidAt, question.range) ? weights.inRange : 0) +
      weights.length * Math.log(turn.tokens + 1);
    return { messageId: turn.messageId, tokens: turn.tokens, score, fit };
  };
  const isRelated = ({ sitting, saidAt, similarity }: RecallCandidate): boolean =>
    sittings.get(sitting)! > 0 || isWithin(saidAt, question.range) || (similarity ?? 0) > closest / 2;
  return candidates
    .filter(isRelated)
    .map(rank)
    .toSorted((a, b) => b.score - a.score || (a.messageId < b.messageId ? -1 : 1));
}

const isWithin = (at: Date, range: RecallQuestion['range']): boolean =>
  range !== null && at >= range.from && at < range.to;

/** BM25 of the turn and its neighbours as one text. */
function neighbourhoodFit(
  turn: RecallCandidate,
  besides: (turn: RecallCandidate, offset: number) => RecallCandidate | undefined,
  question: RecallQuestion,
): number {
  const near = neighbours.flatMap(({ offset, share }) => {
    const other = besides(turn, offset);
    return other ? [{ other, share }] : [];
  });
  const length = near.reduce((sum, { other, share }) => sum + share * other.termCount, 0);
  const average = near.reduce((sum, { share }) => sum + share, 0) * question.averageTermCount || 1;
  return question.weights.reduce((sum, weight, term) => {
    const frequency = near.reduce((count, { other, share }) => count + share * other.frequencies[term]!, 0);
    return frequency === 0 ? sum : sum + weight * saturated(frequency, length, average);
  }, 0);
}

/** BM25 of each sitting as one text, the best being 1. */
function sittingScores(candidates: RecallCandidate[], question: RecallQuestion): Map<number, number> {
  const sittings = new Map<number, { length: number; frequencies: number[] }>();
  for (const { sitting, termCount, frequencies } of candidates) {
    const known = sittings.get(sitting) ?? { length: 0, frequencies: question.weights.map(() => 0) };
    known.length += termCount;
    frequencies.forEach((count, term) => (known.frequencies[term]! += count));
    sittings.set(sitting, known);
  }
  const all = [...sittings];
  const average = all.reduce((sum, [, { length }]) => sum + length, 0) / Math.max(all.length, 1) || 1;
  // A term that most sittings have tells none of them apart, however few turns have it.
  const sittingWeights = question.weights.map((weight, term) => {
    const having = all.filter(([, { frequencies }]) => frequencies[term]! > 0).length;
    return weight === 0 ? 0 : Math.log(1 + (all.length - having + 0.5) / (having + 0.5));
  });
  const scores = all.map(([sitting, { length, frequencies }]): [number, number] => [
    sitting,
    sittingWeights.reduce(
      (sum, weight, term) =>
        frequencies[term] === 0 ? sum : sum + weight * saturated(frequencies[term]!, length, average),
      0,
    ),
  ]);
  const best = Math.max(0, ...scores.map(([, score]) => score)) || 1;
  return new Map(scores.map(([sitting, score]) => [sitting, score / best]));
}
