import {
  Summariser,
  type SummaryDraft,
  type SummaryRequest,
} from '../../src/summary/application/summariser.port.js';

/** Strings the turns together, so that a test sees what went in; `before` runs ahead of each call. */
export class JoiningSummariser extends Summariser {
  readonly name = 'joining';
  readonly requests: SummaryRequest[] = [];
  before: (request: SummaryRequest) => Promise<void> = async () => undefined;

  async summarise(request: SummaryRequest): Promise<SummaryDraft> {
    this.requests.push(request);
    await this.before(request);
    const texts = request.turns.map(({ content }) => content);
    return { summary: [request.previous?.summary ?? '', ...texts].join('|'), ledger: [] };
  }
}
