import { AppError } from '../../shared/app-error.js';

export const objectTooLarge = (maxBytes: number): AppError =>
  new AppError({
    code: 'request.too-large',
    kind: 'too-large',
    message: `The file is larger than the ${maxBytes} bytes (${formatMebibytes(maxBytes)} MiB) that are allowed.`,
  });

const formatMebibytes = (bytes: number): string => String(Math.round((bytes / 1024 / 1024) * 100) / 100);
