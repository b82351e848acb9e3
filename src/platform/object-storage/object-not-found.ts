import { AppError } from '../../shared/app-error.js';

export const objectNotFound = (cause: unknown): AppError =>
  new AppError({
    code: 'object.not-found',
    kind: 'not-found',
    message: 'The stored object is gone.',
    cause,
  });
