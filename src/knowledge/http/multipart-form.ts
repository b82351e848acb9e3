import type { Readable } from 'node:stream';
import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { sha256Of } from '../../platform/http/idempotency/request-fingerprint.js';
import { AppError } from '../../shared/app-error.js';
import type { IncomingFile } from '../application/receive-file.service.js';

export interface FormReader<Received> {
  maxFiles: number;
  /** Names of the fields that may stand beside `file`. */
  fields: readonly string[];
  /** Reads the file to its end, also when it refuses it with an AppError. */
  receive(file: IncomingFile): Promise<Received>;
  discard(file: Received): Promise<void>;
}

export type ReceivedPart<Received> =
  { filename: string; file: Received } | { filename: string; error: AppError };

export interface ReceivedForm<Received> {
  parts: ReceivedPart<Received>[];
  fields: Map<string, string>;
}

/**
 * Takes a form's parts as they stream by. A file that is refused leaves the others alone; a form that breaks off,
 * or is not of the shape, is refused as a whole and leaves nothing.
 */
export async function receiveForm<Received>(
  request: FastifyRequest,
  reader: FormReader<Received>,
): Promise<ReceivedForm<Received>> {
  const form: ReceivedForm<Received> = { parts: [], fields: new Map() };
  try {
    for await (const part of partsOf(request, reader.maxFiles)) {
      if (part.type === 'file' && part.fieldname === 'file') form.parts.push(await take(part, reader));
      else if (part.type === 'field' && reader.fields.includes(part.fieldname)) addField(form.fields, part);
      else throw invalidPart(part);
    }
    if (form.parts.length === 0) throw invalid('/file', 'is needed: a part with a filename');
    return form;
  } catch (error) {
    await discardForm(form, reader);
    // What is left of the body must be read, or the answer to it may never be.
    request.raw.unpipe();
    request.raw.resume();
    throw error;
  }
}

/** What makes two forms the same request: their bytes differ in the boundary each time. */
export const sha256OfForm = ({ parts, fields }: ReceivedForm<{ sha256: string }>): string =>
  sha256Of([
    parts.map((part) => [part.filename, 'file' in part ? part.file.sha256 : part.error.code]),
    [...fields],
  ]);

export async function discardForm<Received>(
  form: ReceivedForm<Received>,
  reader: Pick<FormReader<Received>, 'discard'>,
): Promise<void> {
  for (const part of form.parts) if ('file' in part) await reader.discard(part.file);
}

const partsOf = (request: FastifyRequest, maxFiles: number): AsyncIterable<Multipart> =>
  request.parts({ limits: { files: maxFiles, parts: maxFiles + 20 } });

async function take<Received>(
  part: { filename?: string; mimetype: string; file: Readable },
  reader: FormReader<Received>,
): Promise<ReceivedPart<Received>> {
  const filename = part.filename ?? '';
  try {
    const declaredType = part.mimetype === 'application/octet-stream' ? null : part.mimetype;
    return { filename, file: await reader.receive({ filename, declaredType, stream: part.file }) };
  } catch (error) {
    if (error instanceof AppError) return { filename, error };
    throw error;
  }
}

function addField(
  fields: Map<string, string>,
  part: { fieldname: string; value: unknown; valueTruncated: boolean },
): void {
  const path = `/${part.fieldname}`;
  if (fields.has(part.fieldname)) throw invalid(path, 'must not be repeated');
  if (part.valueTruncated) {
    throw new AppError({
      code: 'request.too-large',
      kind: 'too-large',
      message: `The form's field ${part.fieldname} is larger than allowed.`,
    });
  }
  // A part that says it is JSON arrives parsed.
  fields.set(part.fieldname, typeof part.value === 'string' ? part.value : JSON.stringify(part.value));
}

function invalidPart(part: Multipart): AppError {
  const name = typeof part.fieldname === 'string' ? part.fieldname.slice(0, 100) : '';
  if (name === 'file') return invalid('/file', 'must be a file: give the part a filename');
  return invalid(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'is not known here');
}

const invalid = (path: string, message: string): AppError =>
  new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message: `The form is not valid: ${path} ${message}.`,
    errors: [{ path, message }],
  });
