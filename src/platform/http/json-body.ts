import type { FastifyInstance } from 'fastify';
import { AppError } from '../../shared/app-error.js';
import { escapePointer } from './errors/validation-error.js';

/** Deeper bodies would overflow the stack of validators that recurse. */
const maxDepth = 64;

/**
 * Replaces the built-in body parsers: JSON only, strict UTF-8, one object at the top, bounded depth, and no text
 * that the database could not store. An empty body counts as none, since many clients send the header regardless.
 */
export function takeOnlyJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    const text = decode(body as Buffer);
    if (text instanceof AppError) {
      done(text);
      return;
    }
    void parse(request, text, (error, value) => {
      if (error) done(invalid('The body is not valid JSON, or holds a key that is not allowed.'));
      else done(faultOf(value, text) ?? null, value);
    });
  });
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function decode(body: Buffer): string | AppError {
  try {
    return strictUtf8.decode(body);
  } catch {
    return invalid('The body is not valid UTF-8.');
  }
}

const invalid = (message: string, path?: string): AppError =>
  new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message,
    ...(path === undefined ? {} : { errors: [{ path, message }] }),
  });

function faultOf(value: unknown, text: string): AppError | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return invalid('The body must be a JSON object.', '');
  }
  // Only escapes can smuggle NUL or half a surrogate pair through strict UTF-8.
  return walk(value, /\\u(0000|d[89a-f])/i.test(text));
}

/** class-transformer drops these without a word, or trips over them. */
export const unusableNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

interface Step {
  value: object;
  path: string;
  depth: number;
}

/** Iterative, as recursion is what it protects from. */
function walk(root: object, checkText: boolean): AppError | undefined {
  const stack: Step[] = [{ value: root, path: '', depth: 1 }];
  for (let step = stack.pop(); step; step = stack.pop()) {
    if (step.depth > maxDepth) return invalid(`The body is nested more than ${maxDepth} levels deep.`);
    const isArray = Array.isArray(step.value);
    for (const [key, child] of Object.entries(step.value) as [string, unknown][]) {
      if (!isArray && unusableNames.has(key)) return invalid(`The name "${key}" is not allowed.`);
      if (
        checkText &&
        ((!isArray && !isStorable(key)) || (typeof child === 'string' && !isStorable(child)))
      ) {
        const path = isStorable(key) ? `${step.path}/${escapePointer(key)}` : step.path;
        return invalid('holds a NUL character or half a surrogate pair, which no text may hold', path);
      }
      if (typeof child === 'object' && child !== null) {
        const path = checkText ? `${step.path}/${escapePointer(key)}` : '';
        stack.push({ value: child, path, depth: step.depth + 1 });
      }
    }
  }
  return undefined;
}

const isStorable = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text);
