interface Ranked {
  score: number;
}

/**
 * The first `scores.length` of a list by those scores, best first, equal ones as they were; what follows keeps its
 * order and its distances, moved down under the last of them: `score` falls along the list.
 */
export function inRerankedOrder<T extends Ranked>(list: readonly T[], scores: readonly number[]): T[] {
  const judged = list
    .slice(0, scores.length)
    .map((item, position) => ({ ...item, score: scores[position]! }))
    .toSorted((a, b) => b.score - a.score);
  const rest = list.slice(scores.length);
  const [first] = rest;
  const lowest = judged.at(-1)?.score;
  if (!first || lowest === undefined) return [...judged, ...rest];
  return [...judged, ...rest.map((item) => ({ ...item, score: lowest - (first.score - item.score) }))];
}
