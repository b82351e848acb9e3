import { Injectable } from '@nestjs/common';
import { TokenCounter } from '../../platform/models/token-counter.port.js';
import { Tokenizer } from '../../platform/text/tokenizer.port.js';
import { Summariser, type SummaryDraft, type SummaryRequest } from '../application/summariser.port.js';
import { condense, type CondenseOptions } from '../domain/condense.js';
import { ledgerByRule } from '../domain/ledger-rules.js';
import { mergeLedger } from '../domain/ledger.js';
import { languageOfTurns, speakerOf } from './speakers.js';

/** Without a language model: keeps the sentences that matter most, word for word, and facts by their form. */
@Injectable()
export class ExtractiveSummariser extends Summariser {
  readonly name = 'extractive';

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly counter: TokenCounter,
  ) {
    super();
  }

  async summarise({ previous, turns, maxTokens, signal }: SummaryRequest): Promise<SummaryDraft> {
    // Lets the process answer others between two summaries: what follows does not pause.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    const language = languageOfTurns(turns);
    const options: CondenseOptions = {
      maxTokens,
      terms: (text) => this.tokenizer.terms(text),
      tokensOf: (text) => this.counter.count(text),
      truncate: (text, tokens) => this.counter.truncate(text, tokens),
    };
    const spoken = turns.map((turn) => ({
      speaker: speakerOf(turn, language),
      role: turn.role,
      content: turn.content,
    }));
    const summary = condense(previous?.summary ?? '', spoken, options);
    const ledger = mergeLedger(previous?.ledger ?? [], ledgerByRule(turns));
    return { summary: summary === '' ? this.withoutSentences(previous?.summary, language) : summary, ledger };
  }

  /** Turns of signs alone, or of nothing, as cancelled answers may be. */
  private withoutSentences(previous: string | undefined, language: 'ko' | 'en'): string {
    return previous || (language === 'ko' ? '(글이 없는 대화)' : '(turns without words)');
  }
}
