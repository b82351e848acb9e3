import { AppError } from '../../shared/app-error.js';

export const conversationNotFound = (): AppError =>
  new AppError({
    code: 'chat.conversation-not-found',
    kind: 'not-found',
    message: 'There is no such conversation.',
  });

export const messageNotFound = (): AppError =>
  new AppError({
    code: 'chat.message-not-found',
    kind: 'not-found',
    message: 'There is no such message.',
  });

export const answerInProgress = (): AppError =>
  new AppError({
    code: 'chat.answer-in-progress',
    kind: 'conflict',
    message: 'An answer on this branch is still in progress. Wait for its end or cancel it.',
  });

export const messageFinished = (): AppError =>
  new AppError({
    code: 'chat.message-finished',
    kind: 'conflict',
    message: 'The message is finished; there is nothing to cancel.',
  });

export const notAnAnswer = (): AppError =>
  new AppError({
    code: 'chat.not-an-answer',
    kind: 'conflict',
    message: 'Only an answer to a question can be generated again.',
  });

export const contentTooLong = (limitBytes: number): AppError =>
  new AppError({
    code: 'chat.content-too-long',
    kind: 'too-large',
    message: `The content of a message may have at most ${limitBytes} bytes of UTF-8.`,
    errors: [{ path: '/content', message: `must have at most ${limitBytes} bytes of UTF-8` }],
  });

export const pageTooLarge = (limitBytes: number): AppError =>
  new AppError({
    code: 'chat.page-too-large',
    kind: 'too-large',
    message: `The page may have at most ${limitBytes} bytes of UTF-8.`,
    errors: [{ path: '/page', message: `must have at most ${limitBytes} bytes of UTF-8` }],
  });

export const invalid = (path: string, message: string): AppError =>
  new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message: 'The request is not valid; `errors` names each fault.',
    errors: [{ path, message }],
  });

export const preconditionFailed = (): AppError =>
  new AppError({
    code: 'request.precondition-failed',
    kind: 'precondition-failed',
    message: 'The conversation has changed since you read it: If-Match does not hold.',
  });
