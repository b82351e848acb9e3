import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Passage } from '../../knowledge/application/passage.js';
import { AnsweringConfig } from '../../platform/config/answering.config.js';
import { PromptLibrary, type PromptLanguage } from '../../platform/models/prompt-library.port.js';
import type { Caller } from '../../shared/caller.js';
import { languageOf } from '../../shared/language.js';
import { promptEntry, type CitablePassage } from '../domain/citable-passage.js';
import { planContext, type ContextMaterial, type ContextPart } from '../domain/context-policy.js';
import type { Conversation } from '../domain/conversation.js';
import type { AnswerMode, PageText } from '../domain/message.js';
import { recalledLines } from '../domain/recalled-lines.js';
import { widenPlan } from '../domain/widen-passages.js';
import { ConversationHistory, type PastTurns } from './conversation-history.js';
import { PassageFinder } from './passage-finder.js';
import { TokenCosts } from './token-costs.js';

export interface ContextRequest {
  caller: Caller;
  conversation: Pick<Conversation, 'id' | 'collectionIds' | 'systemPrompt'>;
  /** The last message before the question; null at the root. */
  parentId: string | null;
  /** `messageId` null: not stored (a dry run). */
  question: { messageId: string | null; content: string };
  mode: AnswerMode;
  /** Only in page mode. */
  page: PageText | null;
  filter: unknown;
  /** Default: the setting. */
  budgetTokens?: number;
}

export interface AnswerContext {
  parts: ContextPart[];
  totalTokens: number;
  /** What the prompt would take with every turn of the path in full instead of summary and recent turns. */
  fullHistoryTokens: number;
  mode: AnswerMode;
  language: PromptLanguage;
  /** What was searched for: the question as it can be understood by itself. */
  query: string;
  /** In the order of their numbers in the prompt. */
  passages: CitablePassage[];
  /** The same, as searches answer them; empty outside knowledge mode. */
  retrieved: Passage[];
  trace: Record<string, unknown>;
}

/** What stands for the history in a prompt. */
const memorySources = new Set<ContextPart['source']>(['summary', 'recalled', 'recent']);

/** Collects what a prompt may hold and lets the policy choose: for the answer and for the dry run alike. */
@Injectable()
export class ContextBuilder {
  constructor(
    private readonly history: ConversationHistory,
    private readonly finder: PassageFinder,
    private readonly prompts: PromptLibrary,
    private readonly tokens: TokenCosts,
    private readonly config: AnsweringConfig,
  ) {}

  async build(request: ContextRequest): Promise<AnswerContext> {
    const language = languageOf(request.question.content);
    const nonce = randomBytes(8).toString('hex');
    const budgetTokens = request.budgetTokens ?? this.config.contextTokens;
    const past = await this.readPast(request, budgetTokens);
    const found = await this.finder.find({ ...request, exchanges: past.exchanges });
    const prompt = this.prompts.get(
      `answer-${request.mode}`,
      language,
      request.mode === 'plain' ? {} : { nonce },
    );
    const material: ContextMaterial = {
      budgetTokens,
      instructions: prompt.text,
      ownInstructions: request.conversation.systemPrompt,
      summary: past.summary === '' ? null : this.summaryBlock(past.summary, language, nonce),
      recalled: past.recalled && this.recalledBlock(past.recalled, language, nonce),
      exchanges: past.exchanges,
      passages: request.mode === 'plain' ? null : this.passageBlock(found.passages, language, nonce),
      question: request.question,
    };
    const planned = planContext(material, this.tokens);
    const kept = this.inPromptOrder(found.passages, planned.keptPassages);
    const plan = widenPlan(planned, material.budgetTokens, this.tokens, {
      passages: kept.map((index) => found.passages[index]!),
      neighbours: kept.map((index) => found.neighbours[index] ?? []),
      render: (passages) => this.renderPassages(passages, language, nonce),
    });
    const remembered = plan.parts.filter(({ source }) => memorySources.has(source));
    const rememberedTokens = remembered.reduce((sum, { tokens }) => sum + tokens, 0);
    return {
      parts: plan.parts,
      totalTokens: plan.totalTokens,
      fullHistoryTokens: plan.totalTokens - rememberedTokens + past.totalTokens,
      mode: request.mode,
      language,
      query: found.query,
      passages: plan.passages,
      retrieved: kept.flatMap((index) => found.retrieved[index] ?? []),
      trace: {
        mode: request.mode,
        language,
        prompt: prompt.id,
        budgetTokens: material.budgetTokens,
        parts: plan.parts.map(({ content: _content, ...part }) => part),
        ...passageTrace(found.passages, plan.passages),
        recall: past.recalled && recallTrace(past.recalled),
        retrieval: found.trace,
      },
    };
  }

  private readPast(request: ContextRequest, mostTokens: number): Promise<PastTurns> {
    return this.history.read({
      ownerId: request.caller.ownerId,
      conversationId: request.conversation.id,
      leafId: request.parentId,
      question: request.question.content,
      mostTokens,
    });
  }

  private summaryBlock(text: string, language: PromptLanguage, nonce: string): ContextMaterial['summary'] {
    return {
      text,
      render: (summary) => this.prompts.get('context-summary', language, { nonce, summary }).text,
    };
  }

  private recalledBlock(
    { turns, found }: NonNullable<PastTurns['recalled']>,
    language: PromptLanguage,
    nonce: string,
  ): ContextMaterial['recalled'] {
    return {
      turns: turns.map(({ id, tokens }) => ({ messageId: id, tokens })),
      fit: found.fit,
      render: (kept) => {
        const lines = recalledLines(
          kept.map((index) => turns[index]!),
          language,
        );
        return this.prompts.get('context-recalled', language, { nonce, turns: lines }).text;
      },
    };
  }

  private passageBlock(
    passages: CitablePassage[],
    language: PromptLanguage,
    nonce: string,
  ): ContextMaterial['passages'] {
    return {
      count: passages.length,
      render: (kept) =>
        this.renderPassages(
          this.inPromptOrder(passages, kept).map((index) => passages[index]!),
          language,
          nonce,
        ),
    };
  }

  private renderPassages(passages: CitablePassage[], language: PromptLanguage, nonce: string): string {
    const entries = passages.map((passage, position) => promptEntry(passage, position + 1));
    const text = entries.length === 0 ? '-' : entries.join('\n\n');
    return this.prompts.get('context-passages', language, { nonce, passages: text }).text;
  }

  /** Best first; but a page's pieces in the order of reading. */
  private inPromptOrder(passages: CitablePassage[], kept: number[]): number[] {
    return kept.toSorted((a, b) =>
      passages[a]!.source === 'page' ? passages[a]!.charStart - passages[b]!.charStart : a - b,
    );
  }
}

/** What became of the passages that were found. */
const passageTrace = (found: CitablePassage[], kept: CitablePassage[]): Record<string, unknown> => ({
  passagesFound: found.length,
  passagesKept: kept.length,
  passagesWidened: kept.map(({ passageId, around }) => ({
    passageId,
    around: around.map((piece) => piece.passageId),
  })),
  passagesOverBudget: found
    .filter(({ charStart, passageId }) =>
      kept.every((one) => one.passageId !== passageId || one.charStart !== charStart),
    )
    .map(({ passageId }) => passageId),
});

const recallTrace = ({ found }: NonNullable<PastTurns['recalled']>): Record<string, unknown> => ({
  fit: found.fit,
  terms: found.terms,
  range: found.range,
  candidates: found.turns.length,
});
