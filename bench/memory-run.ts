import type { Embedder } from '../src/platform/models/embedder.port.js';
import type { Tokenizer } from '../src/platform/text/tokenizer.port.js';
import type { MemoryConversation, MemoryQuestion } from './memory-conversations.js';
import { MemoryHarness } from './memory-harness.js';
import { Baselines, type Shown } from './memory-methods.js';
import { percentile } from './retrieval-metrics.js';
import { caller } from './retrieval-harness.js';

export const product = 'protostar';
export const budgets = [1_024, 2_048, 4_096, 6_144] as const;
/** The import route takes no more at once. */
const importedAtOnce = 1_000;
const day = 24 * 60 * 60 * 1_000;

/** How much of the evidence for one question stood in the prompt, at what price. */
export interface Measured {
  set: string;
  split: MemoryConversation['split'];
  category: string;
  method: string;
  budget: number;
  /** Share of the evidence, 0 to 1. */
  recall: number;
  tokens: number;
  fullTokens: number;
  /** Of the product alone. */
  ms: number | null;
}

const recallOf = ({ evidence }: MemoryQuestion, { turns }: Shown): number =>
  evidence.filter((turn) => turns.has(turn)).length / evidence.length;

/** Imports the conversation, lets the summary worker run, and asks each question at each budget of each method. */
export async function measureConversation(
  set: string,
  conversation: MemoryConversation,
  tools: { tokenizer: Tokenizer; embedder: Embedder },
): Promise<Measured[]> {
  const harness = await MemoryHarness.open(tools.tokenizer, tools.embedder);
  try {
    const { turns, questions, split } = conversation;
    const id = await harness.start();
    const ids: string[] = [];
    for (let start = 0; start < turns.length; start += importedAtOnce)
      ids.push(...(await harness.append(id, turns.slice(start, start + importedAtOnce))));
    const places = new Map(ids.map((messageId, at) => [messageId, at]));
    harness.clock.at = new Date(turns.at(-1)!.createdAt!.getTime() + day);
    const memory = await harness.reading.read(caller.ownerId, id, null);
    const baselines = new Baselines(turns, memory.summary ?? '', tools.tokenizer).methods;
    await harness.context(id, questions[0]!.text, budgets[0]);
    const results: Measured[] = [];
    for (const question of questions) {
      for (const budget of budgets) {
        const startedAt = performance.now();
        const context = await harness.context(id, question.text, budget);
        const ms = performance.now() - startedAt;
        const shown = {
          tokens: context.totalTokens,
          turns: new Set(
            context.messages.flatMap(({ messageIds }) => messageIds.map((at) => places.get(at)!)),
          ),
        };
        if (shown.tokens > budget) throw new Error(`${shown.tokens} tokens in a budget of ${budget}.`);
        const common = {
          set,
          split,
          category: question.category,
          budget,
          fullTokens: context.fullHistoryTokens,
        };
        const add = (method: string, what: Shown, time: number | null): void =>
          void results.push({
            ...common,
            method,
            recall: recallOf(question, what),
            tokens: what.tokens,
            ms: time,
          });
        add(product, shown, ms);
        for (const baseline of baselines) add(baseline.name, baseline.shows(question.text, budget), null);
      }
    }
    return results;
  } finally {
    await harness.close();
  }
}

export interface MemoryRow {
  set: string;
  split: MemoryConversation['split'];
  category: string;
  method: string;
  budget: number;
  questions: number;
  /** Percent of the questions with any and with all of their evidence, and the mean share of it. */
  any: number;
  all: number;
  mean: number;
  tokens: number;
  savedPercent: number;
  p50Ms: number | null;
  p95Ms: number | null;
}

export const allCategories = 'all';

const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** One row for each set, split, category, method and budget. */
export function summarise(measured: Measured[]): MemoryRow[] {
  const groups = new Map<string, Measured[]>();
  for (const one of measured)
    for (const category of [allCategories, one.category]) {
      const key = JSON.stringify([one.set, one.split, category, one.method, one.budget]);
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
  return [...groups].map(([key, group]) => {
    const [set, split, category, method, budget] = JSON.parse(key) as [
      string,
      MemoryConversation['split'],
      string,
      string,
      number,
    ];
    const times = group.flatMap(({ ms }) => ms ?? []);
    return {
      set,
      split,
      category,
      method,
      budget,
      questions: group.length,
      any: 100 * meanOf(group.map(({ recall }) => (recall > 0 ? 1 : 0))),
      all: 100 * meanOf(group.map(({ recall }) => (recall === 1 ? 1 : 0))),
      mean: 100 * meanOf(group.map(({ recall }) => recall)),
      tokens: meanOf(group.map(({ tokens }) => tokens)),
      savedPercent: 100 * (1 - meanOf(group.map(({ tokens, fullTokens }) => tokens / fullTokens))),
      p50Ms: times.length > 0 ? percentile(times, 0.5) : null,
      p95Ms: times.length > 0 ? percentile(times, 0.95) : null,
    };
  });
}
