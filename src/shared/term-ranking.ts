const saturation = 1.2;
const lengthWeight = 0.75;

/**
 * BM25 of each text for the query, with the texts themselves as the corpus: for choosing among a few dozen pieces
 * of text at hand. 0 means that no term of the query occurs.
 */
export const rankByTerms = (query: string[], texts: string[][]): number[] => {
  const wanted = new Set(query);
  const occurrences = texts.map((terms) => {
    const counts = new Map<string, number>();
    for (const term of terms) if (wanted.has(term)) counts.set(term, (counts.get(term) ?? 0) + 1);
    return counts;
  });
  const averageLength = texts.reduce((sum, terms) => sum + terms.length, 0) / Math.max(texts.length, 1) || 1;
  const weights = new Map<string, number>();
  for (const term of wanted) {
    const containing = occurrences.filter((counts) => counts.has(term)).length;
    weights.set(term, Math.log(1 + (texts.length - containing + 0.5) / (containing + 0.5)));
  }
  return occurrences.map((counts, index) => {
    const norm = saturation * (1 - lengthWeight + (lengthWeight * texts[index]!.length) / averageLength);
    let score = 0;
    for (const [term, count] of counts) {
      score += (weights.get(term)! * count * (saturation + 1)) / (count + norm);
    }
    return score;
  });
};
