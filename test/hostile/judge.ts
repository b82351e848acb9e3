import type { Answer, Client, DocumentRow, Problem } from './client.js';
import type { HostileFile, Recipe } from './hostile-file.js';

export interface Verdict {
  kind: string;
  about: string;
  /** `ready`, `failed <code>` or `refused <status> <code>`; null when it has none of them. */
  outcome: string | null;
  tookMs: number;
  violations: string[];
}

/** Reasons that lie in us: a hostile file is to fail for a reason of its own. */
const ours = /^(?:internal|knowledge\.(?:extractor-died|ingestion-given-up))/;

const controls = /[\p{Cc}/\\]/u;

export class Judge {
  constructor(
    private readonly client: Client,
    private readonly limitMs: number,
    private readonly secret: string,
  ) {}

  /** Uploads a file and waits for its end, whatever it is. */
  async judge(recipe: Recipe): Promise<Verdict> {
    const from = performance.now();
    const violations: string[] = [];
    let outcome: string | null = null;
    try {
      outcome = await this.outcomeOf(recipe.make(), violations, from);
    } catch (error) {
      violations.push(error instanceof Error ? error.message : String(error));
    }
    const tookMs = Math.round(performance.now() - from);
    if (tookMs > this.limitMs) violations.push(`took ${tookMs} ms, ${this.limitMs} are allowed`);
    return { kind: recipe.kind, about: recipe.about, outcome, tookMs, violations };
  }

  /** Uploads a harmless text and searches for it. @returns what went wrong. */
  async ingestsNormally(number: number, token: string): Promise<string[]> {
    const sentence = `The harmless note ${number} says that parcel ${token}${number} arrives on Thursday.`;
    const verdict = await this.judge({
      kind: 'good',
      about: `number ${number}`,
      make: () => ({
        filename: `note-${number}.md`,
        bytes: Buffer.from(`# Note ${number}\n\n${sentence}\n`),
      }),
    });
    if (verdict.outcome !== 'ready')
      return [`good file ${number}: ${verdict.outcome} ${verdict.violations.join(' ')}`];
    const found = await this.client.search(`parcel ${token}${number}`);
    return found.some(({ text }) => text.includes(sentence))
      ? []
      : [`good file ${number} is ready and not found`];
  }

  private async outcomeOf(file: HostileFile, violations: string[], from: number): Promise<string> {
    const answer = await this.client.upload(file);
    if (answer.status >= 300) return this.refusal(answer, violations);
    const [accepted] = (JSON.parse(answer.body) as { data: DocumentRow[] }).data;
    if (!accepted?.id) throw new Error(`${answer.status} without a document`);
    if (accepted.filename === '' || controls.test(accepted.filename))
      violations.push(`is kept under the name ${JSON.stringify(accepted.filename)}`);
    const ended = await this.end(accepted.id, from);
    if (ended.status === 'failed') return this.failure(ended, violations);
    const { status, body } = await this.client.text(ended.id);
    if (status !== 200) violations.push(`is ready and its text answers ${status}`);
    if (body.includes(this.secret)) violations.push('shows the content of a file of ours');
    if (ended.chunkCount < 1) violations.push('is ready without a chunk');
    return 'ready';
  }

  private refusal({ status, contentType, body }: Answer, violations: string[]): string {
    const problem = (contentType.startsWith('application/problem+json') ? JSON.parse(body) : {}) as Problem;
    if (status >= 500) violations.push(`refused with ${status}`);
    if (!problem.code || !problem.detail)
      violations.push(`refused with ${status} and no reason: ${body.slice(0, 200)}`);
    return `refused ${status} ${problem.code}`;
  }

  private failure({ error, attempts }: DocumentRow, violations: string[]): string {
    if (!error?.code || !error.detail) violations.push('failed without a code and a sentence');
    if (attempts < 1) violations.push('failed without an attempt');
    if (ours.test(error?.code ?? '')) violations.push(`failed for a reason of ours: ${error?.code}`);
    return `failed ${error?.code}`;
  }

  private async end(id: string, from: number): Promise<DocumentRow> {
    for (;;) {
      const document = await this.client.document(id);
      if (document.status === 'ready' || document.status === 'failed') return document;
      if (performance.now() - from > this.limitMs) throw new Error(`rests in ${document.status}`);
      await new Promise((done) => setTimeout(done, 25));
    }
  }
}
