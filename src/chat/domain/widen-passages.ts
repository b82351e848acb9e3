import type { CitablePassage, PassagePiece } from './citable-passage.js';
import type { ContextPlan, TokenMeasure } from './context-policy.js';

/** A piece that may join a passage, `distance` pieces before (negative) or after it. */
export interface Neighbour extends PassagePiece {
  distance: number;
}

/** What joins the pieces of a passage in the prompt. */
const tokensBetween = 2;

/** What stands between the pieces taken so far; overlap is cut off. Null: nothing is left. */
const withoutOverlap = (piece: PassagePiece, taken: PassagePiece[]): PassagePiece | null => {
  const endOf = ({ charStart, text }: PassagePiece): number => charStart + text.length;
  let [start, end] = [piece.charStart, endOf(piece)];
  for (const other of taken) {
    if (other.charStart <= start) start = Math.max(start, endOf(other));
    else end = Math.min(end, other.charStart);
  }
  if (start >= end) return null;
  const text = piece.text.slice(start - piece.charStart, end - piece.charStart);
  const leading = text.length - text.trimStart().length;
  return text.trim() === '' ? null : { ...piece, text: text.trim(), charStart: start + leading };
};

/** Which pieces are in the prompt, and where each passage may still grow. */
class Widening {
  readonly passages: CitablePassage[];
  private readonly inPrompt: Set<string | null>;
  private readonly closed = new Set<string>();

  constructor(
    passages: CitablePassage[],
    private readonly neighbours: Neighbour[][],
    private left: number,
    private readonly count: (text: string) => number,
  ) {
    this.passages = passages.map((passage) => ({ ...passage, around: [] }));
    this.inPrompt = new Set(passages.map(({ passageId }) => passageId));
  }

  /** Adds the neighbour at that distance; without it the passage grows no further on that side. */
  grow(index: number, distance: number): void {
    const side = `${index} ${Math.sign(distance)}`;
    if (this.closed.has(side)) return;
    const piece = this.pieceAt(index, distance);
    const tokens = piece ? this.count(piece.text) + tokensBetween : 0;
    if (!piece || tokens > this.left) {
      this.closed.add(side);
      return;
    }
    this.left -= tokens;
    this.inPrompt.add(piece.passageId);
    this.passages[index]!.around.push(piece);
  }

  private pieceAt(index: number, wanted: number): PassagePiece | null {
    const near = this.neighbours[index]!.find(({ distance }) => distance === wanted);
    if (!near || this.inPrompt.has(near.passageId)) return null;
    const { distance: _, ...piece } = near;
    const passage = this.passages[index]!;
    return withoutOverlap(piece, [passage, ...passage.around]);
  }
}

/**
 * The passages with what stands around them, as far as the tokens reach: the nearest pieces first, of the best passage
 * first, on each side without a gap. A piece that stands in the prompt already joins nothing.
 * @param passages best first
 * @param neighbours of each passage
 */
export function widenPassages(
  passages: CitablePassage[],
  neighbours: Neighbour[][],
  leftTokens: number,
  count: (text: string) => number,
): CitablePassage[] {
  const widening = new Widening(passages, neighbours, leftTokens, count);
  const farthest = Math.max(0, ...neighbours.flat().map(({ distance }) => Math.abs(distance)));
  for (let away = 1; away <= farthest; away++) {
    for (const index of passages.keys()) {
      widening.grow(index, -away);
      widening.grow(index, away);
    }
  }
  return widening.passages;
}

/** What a plan's passages may grow by, and how they stand in the prompt. */
interface Growth {
  passages: CitablePassage[];
  neighbours: Neighbour[][];
  render: (passages: CitablePassage[]) => string;
}

/** The plan with its passages widened by what it leaves of the budget. Never over the budget: then as it was. */
export function widenPlan(
  plan: ContextPlan,
  budgetTokens: number,
  measure: Pick<TokenMeasure, 'count'>,
  { passages, neighbours, render }: Growth,
): Pick<ContextPlan, 'parts' | 'totalTokens'> & { passages: CitablePassage[] } {
  const asPlanned = { parts: plan.parts, totalTokens: plan.totalTokens, passages };
  if (neighbours.every((one) => one.length === 0)) return asPlanned;
  const count = (text: string): number => measure.count(text);
  const widened = widenPassages(passages, neighbours, budgetTokens - plan.totalTokens, count);
  const content = render(widened);
  const tokens = measure.count(content);
  const parts = plan.parts.map((part) => (part.source === 'passages' ? { ...part, content, tokens } : part));
  const totalTokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  return totalTokens > budgetTokens ? asPlanned : { parts, totalTokens, passages: widened };
}
