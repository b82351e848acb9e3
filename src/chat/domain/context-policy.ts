import { AppError } from '../../shared/app-error.js';

export type ContextSource = 'system' | 'summary' | 'recalled' | 'recent' | 'passages' | 'question';

/** One part of the prompt; `messageIds` are the stored messages whose full text stands in it. */
export interface ContextPart {
  role: 'system' | 'user' | 'assistant';
  content: string;
  tokens: number;
  source: ContextSource;
  messageIds: string[];
}

export interface ContextTurn {
  messageId: string;
  role: 'user' | 'assistant';
  content: string;
}

/** A question with what was answered to it: kept or left out as a whole. */
export type Exchange = ContextTurn[];

export interface ContextMaterial {
  budgetTokens: number;
  instructions: string;
  /** What the conversation's owner added to them; cut when it does not fit. */
  ownInstructions: string | null;
  summary: { text: string; render(text: string): string } | null;
  /** Oldest first. */
  exchanges: Exchange[];
  /** Best first; `render` gives the whole block for the first-to-last kept ones. Null: the mode has none. */
  passages: { count: number; render(kept: number[]): string } | null;
  question: { messageId: string | null; content: string };
}

export interface TokenMeasure {
  count(text: string): number;
  truncate(text: string, maxTokens: number): string;
}

export interface ContextPlan {
  parts: ContextPart[];
  totalTokens: number;
  /** Which passages stand in the prompt, in the order of their numbers there. */
  keptPassages: number[];
}

/** A question that is cut below this is none any more. */
const leastQuestionTokens = 32;
/** Of what instructions and question leave: the summary's most, and what passages may take before the turns. */
const summaryShare = 1 / 3;
const passagesShare = 0.6;

const tooSmall = (needed: number): AppError =>
  new AppError({
    code: 'chat.budget-too-small',
    kind: 'invalid',
    message: `The token budget leaves no room for the question; it must be at least ${needed}.`,
  });

/**
 * Chooses what the model gets, never more than the budget: the instructions, the question, the summary, then
 * passages and the newest exchanges, each within its share first and then of what the other left over. Exchanges
 * are an unbroken run up to now. The question is never left out; alone too long for the budget, it is cut.
 */
export const planContext = (material: ContextMaterial, measure: TokenMeasure): ContextPlan => {
  const budget = new Budget(material.budgetTokens, measure);
  const part = (
    role: ContextPart['role'],
    source: ContextSource,
    content: string,
    messageIds: string[] = [],
  ) => ({ role, content, tokens: measure.count(content), source, messageIds }) satisfies ContextPart;

  const question = questionWithin(budget, material);
  const system = systemWithin(budget, material);
  const summary = summaryWithin(budget, material);
  const passages = new PassageBlock(material.passages, budget);
  passages.takeWithin(Math.floor(budget.left * passagesShare));
  const exchanges = newestWithin(budget, material.exchanges);
  passages.takeWithin(budget.left);

  const parts = [
    part('system', 'system', system),
    ...(summary ? [part('system', 'summary', summary)] : []),
    ...exchanges.flat().map((turn) => part(turn.role, 'recent', turn.content, [turn.messageId])),
    ...(passages.text === null ? [] : [part('user', 'passages', passages.text)]),
    part('user', 'question', question, material.question.messageId ? [material.question.messageId] : []),
  ];
  const totalTokens = parts.reduce((sum, { tokens }) => sum + tokens, 0);
  return { parts, totalTokens, keptPassages: passages.kept };
};

class Budget {
  left: number;

  constructor(
    tokens: number,
    readonly measure: TokenMeasure,
  ) {
    this.left = tokens;
  }

  /** Takes the tokens of `text` if they are there. */
  take(text: string): boolean {
    const tokens = this.measure.count(text);
    if (tokens > this.left) return false;
    this.left -= tokens;
    return true;
  }
}

const questionWithin = (
  budget: Budget,
  { instructions, question, budgetTokens }: ContextMaterial,
): string => {
  const instructionTokens = budget.measure.count(instructions);
  const room = budgetTokens - instructionTokens;
  const wanted = budget.measure.count(question.content);
  if (room < Math.min(wanted, leastQuestionTokens)) {
    throw tooSmall(instructionTokens + Math.min(wanted, leastQuestionTokens));
  }
  const content = wanted <= room ? question.content : budget.measure.truncate(question.content, room);
  budget.take(content);
  return content;
};

const systemWithin = (budget: Budget, { instructions, ownInstructions }: ContextMaterial): string => {
  if (ownInstructions) {
    const whole = `${instructions}\n\n${ownInstructions}`;
    if (budget.take(whole)) return whole;
    const cut = budget.measure.truncate(whole, budget.left);
    if (cut.length > instructions.length && budget.take(cut)) return cut;
  }
  budget.take(instructions);
  return instructions;
};

const summaryWithin = (budget: Budget, { summary }: ContextMaterial): string | null => {
  if (!summary || summary.text === '') return null;
  const most = Math.floor(budget.left * summaryShare);
  const frame = budget.measure.count(summary.render(''));
  for (let room = most - frame; room > 0; room = Math.floor(room * 0.9) - 1) {
    const rendered = summary.render(budget.measure.truncate(summary.text, room));
    if (budget.measure.count(rendered) <= most && budget.take(rendered)) return rendered;
  }
  return null;
};

/** From the newest back until one does not fit: a hole in the middle would mislead more than a short memory. */
const newestWithin = (budget: Budget, exchanges: Exchange[]): Exchange[] => {
  const kept: Exchange[] = [];
  for (const exchange of exchanges.toReversed()) {
    const tokens = exchange.reduce((sum, { content }) => sum + budget.measure.count(content), 0);
    if (tokens > budget.left) break;
    budget.left -= tokens;
    kept.unshift(exchange);
  }
  return kept;
};

/** Grows in the order of rank; its tokens are those of the whole block, since tokens of parts do not add up. */
class PassageBlock {
  readonly kept: number[] = [];
  text: string | null = null;
  private tokens = 0;
  private readonly waiting: number[];

  constructor(
    private readonly passages: ContextMaterial['passages'],
    private readonly budget: Budget,
  ) {
    this.waiting = Array.from({ length: passages?.count ?? 0 }, (_, index) => index);
    if (passages) this.tryKeep([], budget.left);
  }

  takeWithin(more: number): void {
    const limit = this.tokens + more;
    for (const candidate of this.waiting.slice()) {
      if (!this.tryKeep([...this.kept, candidate], limit)) continue;
      this.kept.push(candidate);
      this.waiting.splice(this.waiting.indexOf(candidate), 1);
    }
  }

  private tryKeep(kept: number[], limit: number): boolean {
    const text = this.passages!.render(kept);
    const tokens = this.budget.measure.count(text);
    if (tokens > limit) return false;
    this.budget.left -= tokens - this.tokens;
    this.tokens = tokens;
    this.text = text;
    return true;
  }
}
