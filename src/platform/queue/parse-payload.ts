import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AppError } from '../../shared/app-error.js';
import type { JobContract, JobPayload } from './define-job.js';

/** @throws AppError `job.payload-invalid` (not retryable: the same payload will not become valid). */
export function parsePayload<Payload extends JobPayload>(
  contract: JobContract<Payload>,
  data: unknown,
): Payload {
  const payload = plainToInstance(contract.payload, data ?? {});
  const faults = validateSync(payload, { forbidUnknownValues: true });
  if (faults.length === 0) return payload;
  throw new AppError({
    code: 'job.payload-invalid',
    kind: 'internal',
    retryable: false,
    message: `The payload of "${contract.name}" is not valid: ${faults.map(({ property }) => property).join(', ')}.`,
  });
}
