import { AppError } from '../../shared/app-error.js';

export const claimLost = (): AppError =>
  new AppError({
    code: 'chat.claim-lost',
    kind: 'conflict',
    message: 'Another worker has taken this answer over, or it has ended.',
  });
