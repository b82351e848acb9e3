import { Injectable } from '@nestjs/common';
import type { AnswerClaim } from './answer-claims.js';
import { AnswerDraft } from './answer-draft.js';
import { AnswerLog } from './answer-log.port.js';
import { AnswerWriter } from './answer-writer.js';
import { MarkVerifier } from './mark-verifier.js';

/** Opens the answer log for a claim; what an earlier attempt left there is declared void first. */
@Injectable()
export class AnswerDrafts {
  constructor(
    private readonly log: AnswerLog,
    private readonly verifier: MarkVerifier,
  ) {}

  /** @throws AppError `chat.claim-lost` when a newer claim has opened it. */
  async open(claim: AnswerClaim): Promise<{ draft: AnswerDraft; startsOver: boolean }> {
    const { id, epoch, ownerId } = claim.message;
    const { lastSequence, hasEvents } = await this.log.open(id, epoch);
    const writer = new AnswerWriter(this.log, { messageId: id, epoch }, lastSequence, (error) =>
      claim.stop('log-failed', error),
    );
    if (hasEvents) writer.event({ type: 'message.restarted', data: { reason: 'worker-lost' } });
    return { draft: new AnswerDraft(writer, ownerId, this.verifier), startsOver: hasEvents };
  }
}
