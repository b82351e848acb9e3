import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SummaryConfig } from '../../platform/config/summary.config.js';
import { ChatModel } from '../../platform/models/chat-model.port.js';
import { PromptLibrary } from '../../platform/models/prompt-library.port.js';
import { TokenCounter } from '../../platform/models/token-counter.port.js';
import { AppError } from '../../shared/app-error.js';
import { splitSentences } from '../../shared/sentences.js';
import { Summariser, type SummaryDraft, type SummaryRequest } from '../application/summariser.port.js';
import type { Turn } from '../application/transcript-source.port.js';
import { ledgerByRule } from '../domain/ledger-rules.js';
import { mergeLedger, supersede } from '../domain/ledger.js';
import { readModelLedger, splitModelAnswer } from './model-ledger.js';
import { languageOfTurns, speakerOf } from './speakers.js';

/** What the JSON of the ledger may take beside the prose. */
const ledgerTokens = 1_000;

/**
 * A language model writes the prose and lists facts; facts are kept only when the turn that they name bears them
 * out, and joined by those that the rules find, so that a poor list loses nothing.
 */
@Injectable()
export class ModelSummariser extends Summariser {
  constructor(
    private readonly model: ChatModel,
    private readonly prompts: PromptLibrary,
    private readonly counter: TokenCounter,
    private readonly config: SummaryConfig,
  ) {
    super();
  }

  get name(): string {
    return this.model.name;
  }

  async summarise(request: SummaryRequest): Promise<SummaryDraft> {
    const answer = splitModelAnswer(await this.ask(request));
    const summary = this.bounded(answer.prose, request.maxTokens);
    if (summary === '') {
      throw new AppError({
        code: 'summary.empty',
        kind: 'unavailable',
        message: 'The language model answered with an empty summary.',
      });
    }
    const { entries, replaced } = readModelLedger(answer.ledger, request.turns);
    const earlier = supersede(request.previous?.ledger ?? [], replaced);
    return { summary, ledger: mergeLedger(earlier, [...entries, ...ledgerByRule(request.turns)]) };
  }

  private async ask({ previous, turns, maxTokens, signal }: SummaryRequest): Promise<string> {
    const language = languageOfTurns(turns);
    // Unguessable, so that quoted material cannot close its own block.
    const nonce = randomBytes(6).toString('hex');
    const prompt = this.prompts.get('summarise', language, { maxTokens: String(maxTokens), nonce });
    const spoken = turns.map((turn, at) => `[${at + 1}] ${speakerOf(turn, language)}: ${this.excerpt(turn)}`);
    const material = [
      `<data-${nonce}>`,
      `# ${language === 'ko' ? '이전 요약' : 'Earlier summary'}`,
      previous?.summary ?? '-',
      `# ${language === 'ko' ? '새 대화' : 'New turns'}`,
      ...spoken,
      `</data-${nonce}>`,
    ].join('\n\n');
    let text = '';
    const chunks = this.model.stream({
      messages: [
        { role: 'system', content: prompt.text },
        { role: 'user', content: material },
      ],
      question: material,
      passages: [],
      language,
      maxOutputTokens: maxTokens + ledgerTokens,
      signal,
    });
    for await (const chunk of chunks) if (chunk.type === 'text') text += chunk.text;
    return text;
  }

  /** One overlong turn must not burst the model's window: its beginning and its end. */
  private excerpt(turn: Turn): string {
    const { inputTokens } = this.config;
    if (this.counter.count(turn.content) <= inputTokens) return turn.content;
    const head = this.counter.truncate(turn.content, Math.floor(inputTokens * 0.7));
    const tail = turn.content.slice(-Math.floor(head.length / 3)).replace(/^[\uDC00-\uDFFF]/, '');
    return `${head}\n[…]\n${this.counter.truncate(tail, Math.floor(inputTokens * 0.25))}`;
  }

  /** Models count badly: whole sentences up to the bound. */
  private bounded(prose: string, maxTokens: number): string {
    if (this.counter.count(prose) <= maxTokens) return prose;
    const within = this.counter.truncate(prose, maxTokens);
    const last = splitSentences(prose).findLast(({ end }) => end <= within.length);
    return last ? prose.slice(0, last.end) : within.trimEnd();
  }
}
