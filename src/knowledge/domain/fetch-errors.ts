import { AppError } from '../../shared/app-error.js';

/** One sentence for every rule that a URL can break: which one, the log alone says. */
export const urlRefused = (cause?: unknown): AppError =>
  new AppError({
    code: 'knowledge.url-refused',
    kind: 'unprocessable',
    message:
      'The URL cannot be used. Give a public http or https address on port 80 or 443, without a user name in it.',
    cause,
  });

export const urlWithheld = (): AppError =>
  new AppError({
    code: 'knowledge.url-withheld',
    kind: 'unprocessable',
    message: "The site's robots.txt asks robots not to fetch this address. Download the file and upload it.",
  });

export const robotsUnreadable = (cause?: unknown, retryAfterSeconds?: number): AppError =>
  new AppError({
    code: 'knowledge.robots-unreadable',
    kind: 'unavailable',
    message:
      "The site's robots.txt could not be read, so it is not known whether the address may be fetched.",
    retryAfterSeconds,
    cause,
  });

export const urlUnreachable = (cause?: unknown): AppError =>
  new AppError({
    code: 'knowledge.url-unreachable',
    kind: 'unavailable',
    message: 'The server of the URL could not be reached, or broke the connection off.',
    cause,
  });

export const urlTooSlow = (cause?: unknown): AppError =>
  new AppError({
    code: 'knowledge.url-too-slow',
    kind: 'unavailable',
    message: 'The server of the URL took too long.',
    cause,
  });

export const urlTooLarge = (limitBytes: number): AppError =>
  new AppError({
    code: 'knowledge.url-too-large',
    kind: 'too-large',
    message: `What the URL leads to is larger than the ${limitBytes} bytes that are allowed.`,
  });

export const urlUndecodable = (cause?: unknown): AppError =>
  new AppError({
    code: 'knowledge.url-undecodable',
    kind: 'unprocessable',
    message: 'The server of the URL sent something damaged, or compressed in a way that cannot be read.',
    cause,
  });

/** Statuses that pass by themselves; any other is the server's last word. */
const passing = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

export const urlAnsweredError = (status: number, retryAfterSeconds?: number): AppError =>
  new AppError({
    code: 'knowledge.url-answered-error',
    kind: passing(status) ? 'unavailable' : 'unprocessable',
    message: `The server of the URL answered with the status ${status} instead of a document.`,
    retryAfterSeconds,
  });

export const duplicateContent = (documentId: string): AppError =>
  new AppError({
    code: 'knowledge.duplicate-content',
    kind: 'conflict',
    message: `What the URL leads to is in the collection already, as the document ${documentId}.`,
  });
