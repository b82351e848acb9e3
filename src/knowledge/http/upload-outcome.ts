import type { AppError } from '../../shared/app-error.js';
import { toProblem } from '../../shared/problem.js';
import type { AddedDocument } from '../application/add-documents.service.js';
import { cleanFilename } from '../domain/filename.js';
import { DocumentDto } from './document.dto.js';
import type { UploadResultDto } from './upload.dto.js';

/** What became of each part of an upload, and the one status that stands for all of them. */
export class UploadOutcome {
  private readonly data: UploadResultDto['data'] = [];
  private firstRefusal?: AppError;
  private accepted = 0;
  private queued = 0;

  constructor(private readonly requestId: string | null) {}

  added({ document, duplicate, queued }: AddedDocument): void {
    this.data.push(Object.assign(DocumentDto.from(document), { duplicate }));
    this.accepted += 1;
    if (queued) this.queued += 1;
  }

  refused(filename: string, error: AppError): void {
    this.firstRefusal ??= error;
    this.data.push({ id: null, filename: cleanFilename(filename), error: toProblem(error, this.requestId) });
  }

  /** @throws the first refusal when nothing was accepted. */
  get status(): 200 | 202 {
    if (this.accepted === 0 && this.firstRefusal) throw this.firstRefusal;
    return this.queued > 0 ? 202 : 200;
  }

  toDto(): UploadResultDto {
    return { data: this.data };
  }
}
