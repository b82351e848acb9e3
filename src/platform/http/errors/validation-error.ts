import type { ValidationError } from 'class-validator';
import { AppError, type FieldError } from '../../../shared/app-error.js';

/** At most this many faults are named; a hostile body can hold millions. */
const maxFaults = 50;

/** For the global ValidationPipe: every fault of a body or query, each with a JSON Pointer. */
export function toValidationError(faults: ValidationError[]): AppError {
  const errors: FieldError[] = [];
  collect(faults, '', errors);
  return new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message: 'The request is not valid; `errors` names each fault.',
    errors,
  });
}

function collect(faults: ValidationError[], parent: string, into: FieldError[]): void {
  for (const fault of faults) {
    const path = `${parent}/${escapePointer(fault.property)}`;
    for (const message of Object.values(fault.constraints ?? {})) {
      if (into.length === maxFaults) return;
      into.push({ path, message: message.slice(0, 500) });
    }
    collect(fault.children ?? [], path, into);
  }
}

/** RFC 6901. */
export const escapePointer = (token: string): string =>
  token.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 200);
