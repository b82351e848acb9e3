import { AppError } from '../../shared/app-error.js';

/** Said alike of what is not there and of what is another owner's. */
export const webhookNotFound = (): AppError =>
  new AppError({ code: 'webhook.not-found', kind: 'not-found', message: 'There is no such webhook.' });

/** One sentence for every rule that a URL can break: which one, the log alone says. */
export const webhookUrlRefused = (cause: unknown): AppError =>
  new AppError({
    code: 'webhook.url-refused',
    kind: 'unprocessable',
    message:
      'The URL cannot be used. Give a public http or https address on port 80 or 443, without a user name in it.',
    cause,
  });

export const tooManyWebhooks = (limit: number): AppError =>
  new AppError({
    code: 'quota.exceeded',
    kind: 'forbidden',
    message: `You have ${limit} webhooks, which is as many as are allowed. Delete one first.`,
  });
