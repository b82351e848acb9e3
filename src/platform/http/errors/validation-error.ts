import type { ValidationError } from 'class-validator';
import { AppError } from '../../../shared/app-error.js';
import { elementFaults } from './element-faults.js';

/** At most this many places are named; a hostile body can hold millions. */
const maxPlaces = 50;

/** For the global ValidationPipe: each place of a body or query where something is wrong, as a JSON Pointer, once. */
export function toValidationError(faults: ValidationError[]): AppError {
  const messages = new Map<string, string>();
  collect(faults, '', messages);
  return new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message: 'The request is not valid; `errors` names each fault.',
    errors: [...messages].map(([path, message]) => ({ path, message })),
  });
}

function collect(faults: ValidationError[], parent: string, into: Map<string, string>): void {
  const add = (path: string, message: string): void => {
    if (into.size < maxPlaces && !into.has(path)) into.set(path, message);
  };
  for (const fault of faults) {
    const path = `${parent}/${escapePointer(fault.property)}`;
    const elements = elementFaults(fault, maxPlaces);
    const own = Object.keys(fault.constraints ?? {}).filter((name) => !elements.constraints.has(name));
    if (own.length > 0) add(path, messageOf(fault, own));
    for (const [index, broken] of elements.byIndex) add(`${path}/${index}`, messageOf(fault, broken));
    collect(fault.children ?? [], path, into);
  }
}

/**
 * Of the rules that one value breaks, the first as the class lists them: what it must be at all, before how long or
 * of what form. Decorators take effect from the last to the first.
 */
function messageOf(fault: ValidationError, broken: string[]): string {
  const message = fault.constraints![broken.at(-1)!]!;
  const named = message.replace(/^(each value in )?(nested )?(property )?/, '');
  const told = named.startsWith(`${fault.property} `) ? named.slice(fault.property.length + 1) : message;
  const isMissing = 'value' in fault && fault.value === undefined;
  return (isMissing ? `is missing, but ${told}` : told).slice(0, 500);
}

/** RFC 6901. */
export const escapePointer = (token: string): string =>
  token.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 200);
