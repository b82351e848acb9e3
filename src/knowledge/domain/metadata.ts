import type { Metadata } from './document.js';
import { metadataInvalid } from './knowledge-errors.js';

const limits = { depth: 16, jsonLength: 65_536 };

/**
 * Metadata is the client's own, kept as it is. Refused is only what cannot be kept: not an object, too deep, too
 * large, or text that JSON columns do not take (U+0000, lone surrogates).
 * @throws AppError `request.invalid` with a JSON Pointer below `/metadata`.
 */
export function assertMetadata(value: unknown): asserts value is Metadata {
  if (!isObject(value)) throw metadataInvalid('/metadata', 'must be a JSON object');
  assertStorable(value, '/metadata', 1);
  if (JSON.stringify(value).length > limits.jsonLength) {
    throw metadataInvalid('/metadata', `must be at most ${limits.jsonLength} characters of JSON`);
  }
}

/** Metadata that came as the text of a form field. */
export function parseMetadata(text: string): Metadata {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw metadataInvalid('/metadata', 'must be JSON');
  }
  assertMetadata(value);
  return value;
}

/** JSON Merge Patch (RFC 7396): null removes a key, objects merge, everything else replaces. */
export function mergePatch(target: Metadata, patch: Metadata | null): Metadata {
  if (patch === null) return {};
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (isObject(value)) merged.set(key, mergePatch(asObject(merged.get(key)), value));
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

function assertStorable(value: unknown, path: string, depth: number): void {
  if (typeof value === 'string') return assertText(value, path);
  if (typeof value !== 'object' || value === null) return;
  if (depth > limits.depth) throw metadataInvalid(path, `must not nest deeper than ${limits.depth} levels`);
  for (const [key, child] of Object.entries(value)) {
    const pointer = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    assertText(key, pointer);
    if (key === '__proto__') throw metadataInvalid(path, 'must not have a key __proto__');
    assertStorable(child, pointer, depth + 1);
  }
}

/** U+0000 and, since the flag reads pairs as one, surrogates that stand alone. */
const notStorable = /[\0\p{Cs}]/u;

function assertText(text: string, path: string): void {
  if (notStorable.test(text)) {
    throw metadataInvalid(path, 'must be Unicode text without U+0000');
  }
}

const isObject = (value: unknown): value is Metadata =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asObject = (value: unknown): Metadata => (isObject(value) ? value : {});
