import { Injectable } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.port.js';
import { AppError } from '../../shared/app-error.js';
import { maxMetadataAttempts, waitAfter, type MetadataFailure } from '../domain/metadata-policy.js';
import { AskForMetadata } from './ask-for-metadata.service.js';
import { ClaimLease } from './claim-lease.js';
import { MetadataWorkRepository, type MetadataClaim } from './metadata-work.repository.js';

export interface MetadataStep {
  /** `lost`: the document has changed or gone meanwhile, or is in other hands. */
  outcome: 'written' | 'postponed' | 'given-up' | 'lost';
  /** Why nothing was written; null when it was, and when that was nobody's fault. */
  failure: MetadataFailure | null;
}

const lost: MetadataStep = { outcome: 'lost', failure: null };

/**
 * What the language model writes of a document that is ready: a step of its own, which the ingestion neither knows nor
 * waits for. A document of which nothing can be written stays as it is.
 */
@Injectable()
export class GenerateMetadata {
  constructor(
    private readonly work: MetadataWorkRepository,
    private readonly asking: AskForMetadata,
    private readonly logger: Logger,
  ) {}

  /**
   * @param onClaimed something was due, so more may be
   * @returns undefined when nothing was due.
   */
  async generateNext(
    shutdown: AbortSignal,
    onClaimed: () => void = () => undefined,
  ): Promise<MetadataStep | undefined> {
    const claim = await this.work.claimNext();
    if (!claim) return undefined;
    onClaimed();
    if (claim.attempts > maxMetadataAttempts)
      return this.giveUp(claim, 'knowledge.metadata-worker-lost', null);
    const lease = new ClaimLease(() => this.work.renew(claim), shutdown);
    try {
      return await this.generate(claim, lease.signal);
    } catch (error) {
      if (lease.lost) return lost;
      if (!shutdown.aborted) return await this.settle(claim, error);
      await this.work.handBack(claim);
      return { outcome: 'postponed', failure: null };
    } finally {
      lease.release();
    }
  }

  private async generate(claim: MetadataClaim, signal: AbortSignal): Promise<MetadataStep> {
    const excerpts = await this.work.readExcerpts(claim, this.asking.inputTokens);
    const generated = await this.asking.ask(claim.title, excerpts, signal);
    if (!(await this.work.complete(claim, generated))) return lost;
    const { documentId, version, attempts } = claim;
    this.logger.info('metadata.generated', { documentId, version, attempts });
    return { outcome: 'written', failure: null };
  }

  /** What is no fault of the model's or of its answer goes on to the log; the claim runs out, and counts. */
  private async settle(claim: MetadataClaim, error: unknown): Promise<MetadataStep> {
    const failure = failureOf(error);
    if (!failure) throw error;
    const { documentId, version, attempts } = claim;
    const { code, retryAfterSeconds } = error as AppError;
    const waitMs = waitAfter(failure, attempts, retryAfterSeconds);
    this.logger.warn('metadata.attempt-failed', { documentId, version, attempts, code, waitMs });
    if (waitMs === null) return this.giveUp(claim, code, failure);
    return (await this.work.postpone(claim, waitMs, code)) ? { outcome: 'postponed', failure } : lost;
  }

  private async giveUp(
    claim: MetadataClaim,
    code: string,
    failure: MetadataFailure | null,
  ): Promise<MetadataStep> {
    if (!(await this.work.giveUp(claim, code))) return lost;
    const { documentId, version, attempts } = claim;
    this.logger.warn('metadata.given-up', { documentId, version, attempts, code });
    return { outcome: 'given-up', failure };
  }
}

/** A wrong key or model name is the server's refusal of everybody, and may be put right. */
const ofTheServer = ['model.unavailable', 'model.misconfigured'];
const ofTheAnswer = ['model.invalid-answer', 'model.refused', 'knowledge.metadata-unusable'];

function failureOf(error: unknown): MetadataFailure | null {
  if (!(error instanceof AppError)) return null;
  if (ofTheServer.includes(error.code)) return 'model-unavailable';
  return ofTheAnswer.includes(error.code) ? 'unusable-answer' : null;
}
