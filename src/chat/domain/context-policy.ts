import { AppError } from '../../shared/app-error.js';
import { RecalledBlock, type RecalledMaterial } from './recalled-block.js';
import { TokenBudget, type TokenMeasure } from './token-budget.js';

export type { TokenMeasure };

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
  /** Turns that may stand in the prompt although they are not among the newest; null: there are none. */
  recalled: RecalledMaterial | null;
  /** Oldest first. */
  exchanges: Exchange[];
  /** Best first; `render` gives the whole block for the first-to-last kept ones. Null: the mode has none. */
  passages: { count: number; render(kept: number[]): string } | null;
  question: { messageId: string | null; content: string };
}

export interface ContextPlan {
  parts: ContextPart[];
  totalTokens: number;
  /** Which passages stand in the prompt, in the order of their numbers there. */
  keptPassages: number[];
}

/** A question that is cut below this is none any more. */
const leastQuestionTokens = 32;
/**
 * Of what is left when it is their turn: the most for the summary and for the newest exchanges, where the question
 * finds nothing in older turns and where these answer it fully; what they leave goes to the recalled turns.
 */
const summaryShare = { vague: 1 / 3, specific: 1 / 16 };
const recentShare = { vague: 1, specific: 1 / 12 };
/** A turn that holds half of what the question asks for answers it as well as any: words differ. */
const specificFit = 1 / 2;
/** Less is not worth the words around it; a whole summary may be shorter. */
const leastSummaryTokens = 48;
/** The last exchange, without which no follow-up can be understood, may take more. */
const lastExchangeShare = 1 / 2;
/** What passages may take before the turns. */
const passagesShare = 0.6;

/** Beside passages, which have a use for the rest: what stands around them. */
const recalledShare = 1 / 2;

const between = ({ vague, specific }: typeof summaryShare, fit: number): number =>
  vague + (specific - vague) * Math.min(1, fit / specificFit);

const tooSmall = (needed: number): AppError =>
  new AppError({
    code: 'chat.budget-too-small',
    kind: 'invalid',
    message: `The token budget leaves no room for the question; it must be at least ${needed}.`,
  });

/**
 * Chooses what the model gets, never more than the budget: the instructions, the question, the summary, passages, the
 * newest exchanges and recalled turns, each within its share first and then of what the others left over. The newest
 * exchanges are an unbroken run up to now, and no turn stands in the prompt twice. The question is never left out;
 * alone too long for the budget, it is cut.
 */
export const planContext = (material: ContextMaterial, measure: TokenMeasure): ContextPlan => {
  const budget = new TokenBudget(material.budgetTokens, measure);
  const part = (
    role: ContextPart['role'],
    source: ContextSource,
    content: string,
    messageIds: string[] = [],
  ) => ({ role, content, tokens: measure.count(content), source, messageIds }) satisfies ContextPart;

  const question = questionWithin(budget, material);
  const system = systemWithin(budget, material);
  const fit = material.recalled?.fit ?? 0;
  const summary = summaryWithin(budget, material, between(summaryShare, fit));
  const recent = new RecentRun(material.exchanges, budget);
  recent.takeWithin(budget.left * lastExchangeShare, 1);
  const passages = new PassageBlock(material.passages, budget);
  passages.takeWithin(Math.floor(budget.left * passagesShare));
  recent.takeWithin(budget.left * between(recentShare, fit));
  const recalled = new RecalledBlock(material.recalled, budget);
  recalled.fill(recent.messageIds, budget.left * (passages.kept.length > 0 ? recalledShare : 1));
  recent.takeFrom(recalled);
  passages.takeWithin(budget.left);

  const parts = [
    part('system', 'system', system),
    ...(summary ? [part('system', 'summary', summary)] : []),
    ...(recalled.text === null
      ? []
      : [part('system', 'recalled', recalled.text, recalled.messageIds.toSorted())]),
    ...recent.kept.flat().map((turn) => part(turn.role, 'recent', turn.content, [turn.messageId])),
    ...(passages.text === null ? [] : [part('user', 'passages', passages.text)]),
    part('user', 'question', question, material.question.messageId ? [material.question.messageId] : []),
  ];
  const totalTokens = parts.reduce((sum, { tokens }) => sum + tokens, 0);
  return { parts, totalTokens, keptPassages: passages.kept };
};

const questionWithin = (
  budget: TokenBudget,
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

const systemWithin = (budget: TokenBudget, { instructions, ownInstructions }: ContextMaterial): string => {
  if (ownInstructions) {
    const whole = `${instructions}\n\n${ownInstructions}`;
    if (budget.take(whole)) return whole;
    const cut = budget.measure.truncate(whole, budget.left);
    if (cut.length > instructions.length && budget.take(cut)) return cut;
  }
  budget.take(instructions);
  return instructions;
};

const summaryWithin = (budget: TokenBudget, { summary }: ContextMaterial, share: number): string | null => {
  if (!summary || summary.text === '') return null;
  const most = Math.floor(budget.left * share);
  const frame = budget.measure.count(summary.render(''));
  for (let room = most - frame; room >= leastSummaryTokens; room = Math.floor(room * 0.9) - 1) {
    const rendered = summary.render(budget.measure.truncate(summary.text, room));
    if (budget.measure.count(rendered) <= most && budget.take(rendered)) return rendered;
  }
  return null;
};

/** From the newest back until one does not fit: a hole in the middle would mislead more than a short memory. */
class RecentRun {
  kept: Exchange[] = [];

  constructor(
    private readonly exchanges: Exchange[],
    private readonly budget: TokenBudget,
  ) {}

  get messageIds(): Set<string> {
    return new Set(this.kept.flat().map(({ messageId }) => messageId));
  }

  /** @param most exchanges in all */
  takeWithin(tokens: number, most = Infinity): void {
    let room = Math.min(tokens, this.budget.left);
    for (let next = this.next; next && this.kept.length < most; next = this.next) {
      const needed = this.tokensOf(next);
      if (needed > room) return;
      room -= needed;
      this.take(next, needed);
    }
  }

  /** Grows by what is left of the budget; turns that were recalled move here. */
  takeFrom(recalled: RecalledBlock): void {
    for (let next = this.next; next; next = this.next) {
      const moved = recalled.without(new Set(next.map(({ messageId }) => messageId)));
      const needed = this.tokensOf(next);
      if (needed - moved.freed > this.budget.left) return;
      moved.commit();
      this.take(next, needed);
    }
  }

  private get next(): Exchange | undefined {
    return this.exchanges[this.exchanges.length - 1 - this.kept.length];
  }

  private take(exchange: Exchange, tokens: number): void {
    this.budget.left -= tokens;
    this.kept.unshift(exchange);
  }

  private tokensOf(exchange: Exchange): number {
    return exchange.reduce((sum, { content }) => sum + this.budget.measure.count(content), 0);
  }
}

/** Grows in the order of rank; its tokens are those of the whole block, since tokens of parts do not add up. */
class PassageBlock {
  readonly kept: number[] = [];
  text: string | null = null;
  private tokens = 0;
  private readonly waiting: number[];

  constructor(
    private readonly passages: ContextMaterial['passages'],
    private readonly budget: TokenBudget,
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
