import { Injectable } from '@nestjs/common';
import { AppError } from '../../shared/app-error.js';
import { crashPoint } from '../../shared/crash-point.js';
import { toAppError, toProblem } from '../../shared/problem.js';
import { unlessAborted } from '../../shared/unless-aborted.js';
import { AnswerClaims, type AnswerClaim } from './answer-claims.js';
import { AnswerComposer } from './answer-composer.js';
import { AnswerDrafts } from './answer-drafts.js';
import { AnswerEnding } from './answer-ending.js';
import type { AnswerEnd } from './message.repository.js';
import { eventsUrlOf, toMessageView } from './message-view.js';
import { QuestionContext } from './question-context.js';

/** A worker that is lost while answering is replaced this often, all in all. */
const mostAttempts = 3;

type Outcome = Pick<AnswerEnd, 'status' | 'error'>;
type OpenedDraft = Awaited<ReturnType<AnswerDrafts['open']>>;

/**
 * Answers one question: claims it, retrieves, lets the model write through the verifying gate into the answer log,
 * commits the end and tells it. Safe to run twice: whoever has no claim (any more) writes nothing.
 */
@Injectable()
export class GenerateAnswerService {
  constructor(
    private readonly claims: AnswerClaims,
    private readonly drafts: AnswerDrafts,
    private readonly questions: QuestionContext,
    private readonly composer: AnswerComposer,
    private readonly ending: AnswerEnding,
  ) {}

  async execute(messageId: string, shutdown: AbortSignal): Promise<void> {
    const claim = await this.claims.take(messageId, shutdown);
    if (!claim) return;
    crashPoint('chat.after-claim');
    try {
      await this.answer(claim);
    } catch (error) {
      if (!isClaimLost(error)) throw error;
      // Either another worker has taken over, and has the row as well. Or the log has lost what we wrote.
      await this.claims.startOver(claim);
    } finally {
      claim.close();
    }
  }

  private async answer(claim: AnswerClaim): Promise<void> {
    const opened = await this.open(claim);
    const outcome = await this.outcomeOf(claim, opened);
    if (!outcome) return;
    const { draft } = opened;
    await draft.writer.flush();
    await this.ending.end(claim.message, draft.writer.lastSequence, {
      ...outcome,
      content: draft.writer.content,
      citations: draft.citations,
      usage: this.composer.usageOf(draft),
      model: this.composer.modelName,
      trace: { ...draft.context?.trace, attempt: claim.message.attempts, marks: draft.decisions },
    });
  }

  /** The attempts are counted: not even a log that takes no writer keeps an answer from its end. */
  private async open(claim: AnswerClaim): Promise<OpenedDraft> {
    const { message } = claim;
    try {
      return await this.drafts.open(claim);
    } catch (error) {
      if (message.attempts > mostAttempts)
        await this.ending.endUnlogged(message, {
          ...this.failure(claim, workersLost()),
          content: '',
          citations: [],
          usage: null,
          model: this.composer.modelName,
          trace: { attempt: message.attempts },
        });
      throw error;
    }
  }

  /** Null when the answer is not ours to end: another worker has it, or will. */
  private async outcomeOf(claim: AnswerClaim, opened: OpenedDraft): Promise<Outcome | null> {
    try {
      await this.write(claim, opened);
      return { status: 'completed', error: null };
    } catch (error) {
      switch (claim.stopped) {
        case 'claim-lost':
          return null;
        case 'log-failed':
          throw claim.signal.reason;
        case 'shutdown':
          await this.claims.release(claim);
          return null;
        case 'cancelled':
          return { status: 'cancelled', error: null };
        case null:
          return this.failure(claim, error);
      }
    }
  }

  private async write(claim: AnswerClaim, { draft, startsOver }: OpenedDraft): Promise<void> {
    const { message, signal } = claim;
    if (message.attempts > mostAttempts) throw workersLost();
    signal.throwIfAborted();
    const question = await this.questions.questionOf(message);
    if (!startsOver) {
      const data = {
        message: toMessageView(message),
        userMessage: toMessageView(question),
        eventsUrl: eventsUrlOf(message.id),
      };
      draft.writer.event({ type: 'message.started', data });
    }
    draft.context = await unlessAborted(this.questions.build(message, question), signal);
    if (message.mode === 'knowledge') {
      const passages = draft.context.retrieved.map(({ text: _text, context: _context, ...shown }) => shown);
      draft.writer.event({ type: 'message.retrieved', data: { passages } });
    }
    const { context } = draft;
    await this.composer.compose({ messageId: message.id, context, signal }, draft);
    await draft.writer.flush();
  }

  private failure(claim: AnswerClaim, error: unknown): Outcome {
    const known = toAppError(error);
    this.claims.noteFailure(claim, known);
    return { status: 'failed', error: toProblem(known, claim.message.requestId) };
  }
}

const isClaimLost = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'chat.claim-lost';

const workersLost = (): AppError =>
  new AppError({
    code: 'chat.workers-lost',
    kind: 'unavailable',
    message: 'The worker that was answering was lost several times. Ask again, or regenerate the answer.',
  });
