import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { toValidationError } from '../../platform/http/errors/validation-error.js';

/** For a route whose body may be of several classes: the same judgement as the global pipe's. */
export function parseBody<Body extends object>(type: new () => Body, body: unknown): Body {
  const parsed = plainToInstance(type, body ?? {});
  const faults = validateSync(parsed, { whitelist: true, forbidNonWhitelisted: true });
  if (faults.length > 0) throw toValidationError(faults);
  return parsed;
}
