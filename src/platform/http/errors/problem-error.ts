import { HttpException } from '@nestjs/common';
import { AppError, type ErrorKind } from '../../../shared/app-error.js';
import { toAppError } from '../../../shared/problem.js';

interface KnownError {
  code: string;
  kind: ErrorKind;
  message: string;
}

const invalid = (message: string): KnownError => ({ code: 'request.invalid', kind: 'invalid', message });
const tooLarge = (message: string): KnownError => ({ code: 'request.too-large', kind: 'too-large', message });
const unsupported = (message: string): KnownError => ({
  code: 'request.unsupported-media-type',
  kind: 'unsupported',
  message,
});

/** What fastify and its plugins throw, by their codes. */
const byFrameworkCode: Record<string, KnownError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: tooLarge('The request body is larger than allowed.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: unsupported('The Content-Type of the body is not supported here.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: invalid('The body is not as long as its Content-Length says.'),
  FST_ERR_CTP_INVALID_JSON_BODY: invalid('The body is not valid JSON.'),
  FST_ERR_BAD_URL: invalid('The path is not a valid URL path.'),
  FST_ERR_MAX_PARAM_LENGTH: invalid('A part of the path is longer than allowed.'),
  FST_REQ_FILE_TOO_LARGE: tooLarge('A file is larger than allowed.'),
  FST_FILES_LIMIT: tooLarge('The form holds more files than allowed.'),
  FST_FIELDS_LIMIT: tooLarge('The form holds more fields than allowed.'),
  FST_PARTS_LIMIT: tooLarge('The form holds more parts than allowed.'),
  FST_PROTO_VIOLATION: invalid('A field of the form has a name that is not allowed.'),
  FST_INVALID_MULTIPART_CONTENT_TYPE: unsupported('A multipart/form-data body is expected here.'),
  FST_INVALID_JSON_FIELD_ERROR: invalid('A field of the form is not the JSON that it claims to be.'),
  FST_MP_PREMATURE_CLOSE: invalid('The form ended before it was complete.'),
};

/** The multipart parser's errors carry no code. */
const multipartFault =
  /^(Multipart: |Unexpected end of|Part terminated early|File terminated early|Malformed |Unsupported content type)/;

const byStatus: Record<number, KnownError> = {
  400: invalid('The request is not valid.'),
  401: { code: 'request.unauthenticated', kind: 'unauthenticated', message: 'Credentials are needed.' },
  403: { code: 'request.forbidden', kind: 'forbidden', message: 'This is not allowed.' },
  404: { code: 'request.not-found', kind: 'not-found', message: 'There is nothing at this path.' },
  405: {
    code: 'request.method-not-allowed',
    kind: 'method-not-allowed',
    message: 'This method is not possible here.',
  },
  406: {
    code: 'request.not-acceptable',
    kind: 'not-acceptable',
    message: 'None of the accepted types can be made.',
  },
  409: {
    code: 'request.conflict',
    kind: 'conflict',
    message: 'The request conflicts with the current state.',
  },
  412: {
    code: 'request.precondition-failed',
    kind: 'precondition-failed',
    message: 'A precondition does not hold.',
  },
  413: tooLarge('The request body is larger than allowed.'),
  414: invalid('The URL is longer than allowed.'),
  415: unsupported('The Content-Type of the body is not supported here.'),
  422: { code: 'request.unprocessable', kind: 'unprocessable', message: 'The content cannot be taken.' },
  429: { code: 'request.limited', kind: 'limited', message: 'Too many requests.' },
  503: {
    code: 'service.unavailable',
    kind: 'unavailable',
    message: 'The service cannot take this now. Try again.',
  },
};

/** PostgreSQL classes and socket errors that mean "not there now" rather than a defect of ours. */
const storeDown =
  /^(08\w{3}|57P0[1-5]|53[0-9A-Z]{3}|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** Any thrown value as the AppError that the client is told. Defects keep their cause for the log alone. */
export function toHttpError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const known = recognise(error);
  return known ? new AppError({ ...known, cause: error }) : toAppError(error);
}

function recognise(error: unknown): KnownError | undefined {
  if (error instanceof HttpException) return byStatus[error.getStatus()];
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode, driverError } = error as Error & {
    code?: unknown;
    statusCode?: unknown;
    driverError?: { code?: unknown };
  };
  if (typeof code === 'string' && byFrameworkCode[code]) return byFrameworkCode[code];
  const storeCode = driverError?.code ?? code;
  if (typeof storeCode === 'string' && storeDown.test(storeCode)) return byStatus[503];
  if (error instanceof URIError) return byFrameworkCode['FST_ERR_BAD_URL'];
  if (multipartFault.test(error.message)) return invalid('The body is not well-formed multipart/form-data.');
  return typeof statusCode === 'number' && statusCode < 500 ? byStatus[statusCode] : undefined;
}
