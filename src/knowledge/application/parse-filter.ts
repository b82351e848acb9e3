import { AppError, type FieldError } from '../../shared/app-error.js';
import {
  filterLimits,
  type Comparison,
  type Conjunction,
  type FilterValue,
  type Membership,
  type MetadataFilter,
} from '../domain/metadata-filter.js';

const comparisons: ReadonlySet<unknown> = new Set(['eq', 'ne', 'gt', 'gte', 'lt', 'lte']);
const orderings: ReadonlySet<unknown> = new Set(['gt', 'gte', 'lt', 'lte']);
const memberships: ReadonlySet<unknown> = new Set(['in', 'nin']);
const conjunctions: ReadonlySet<unknown> = new Set(['and', 'or']);
const maxReportedErrors = 20;

/**
 * Reads a client's filter (OpenAI's grammar, see `API.md`).
 * @throws AppError `request.invalid` with a JSON Pointer below `/filter` for each fault.
 */
export function parseFilter(filter: unknown): MetadataFilter {
  const parser = new FilterParser();
  const parsed = parser.node(filter, '/filter', 1);
  if (parsed && parser.errors.length === 0) return parsed;
  throw new AppError({
    code: 'request.invalid',
    kind: 'invalid',
    message: 'The filter is not valid.',
    errors: parser.errors.slice(0, maxReportedErrors),
  });
}

class FilterParser {
  readonly errors: FieldError[] = [];
  private nodes = 0;

  node(input: unknown, path: string, depth: number): MetadataFilter | undefined {
    this.nodes += 1;
    if (this.nodes > filterLimits.nodes) return this.overfull(path);
    if (depth > filterLimits.depth)
      return this.fault(path, `is nested deeper than ${filterLimits.depth} levels`);
    if (!isObject(input)) return this.fault(path, 'must be an object');
    if (comparisons.has(input.type)) return this.comparison(input, path);
    if (memberships.has(input.type)) return this.membership(input, path);
    if (conjunctions.has(input.type)) return this.conjunction(input, path, depth);
    if (input.type === 'not') return this.negation(input, path, depth);
    return this.fault(`${path}/type`, 'must be one of eq, ne, gt, gte, lt, lte, in, nin, and, or, not');
  }

  private comparison(input: Record<string, unknown>, path: string): Comparison | undefined {
    this.onlyFields(input, ['type', 'key', 'value'], path);
    const type = input.type as Comparison['type'];
    const key = this.key(input.key, `${path}/key`);
    const value = this.value(input.value, `${path}/value`);
    if (orderings.has(type) && typeof value === 'boolean')
      return this.fault(`${path}/value`, 'must be a number or a string, since booleans have no order');
    return key === undefined || value === undefined ? undefined : { type, key, value };
  }

  private membership(input: Record<string, unknown>, path: string): Membership | undefined {
    this.onlyFields(input, ['type', 'key', 'value'], path);
    const key = this.key(input.key, `${path}/key`);
    const list = this.list(input.value, `${path}/value`, filterLimits.listLength);
    const value = list?.map((element, index) => this.value(element, `${path}/value/${index}`));
    if (key === undefined || !value || value.includes(undefined)) return undefined;
    return { type: input.type as Membership['type'], key, value: value as FilterValue[] };
  }

  private conjunction(input: Record<string, unknown>, path: string, depth: number): Conjunction | undefined {
    this.onlyFields(input, ['type', 'filters'], path);
    const list = this.list(input.filters, `${path}/filters`, filterLimits.nodes);
    const filters = list?.map((element, index) => this.node(element, `${path}/filters/${index}`, depth + 1));
    if (!filters || filters.includes(undefined)) return undefined;
    return { type: input.type as Conjunction['type'], filters: filters as MetadataFilter[] };
  }

  private negation(input: Record<string, unknown>, path: string, depth: number): MetadataFilter | undefined {
    this.onlyFields(input, ['type', 'filter'], path);
    const filter = this.node(input.filter, `${path}/filter`, depth + 1);
    return filter && { type: 'not', filter };
  }

  private key(input: unknown, path: string): string | undefined {
    if (typeof input !== 'string' || input === '') return this.fault(path, 'must be a non-empty string');
    if (input.length > filterLimits.keyLength)
      return this.fault(path, `must not be longer than ${filterLimits.keyLength} characters`);
    return isStorable(input) ? input : this.fault(path, 'must not contain NUL or half surrogate pairs');
  }

  private value(input: unknown, path: string): FilterValue | undefined {
    if (typeof input === 'boolean') return input;
    if (typeof input === 'number')
      return Number.isFinite(input) ? input : this.fault(path, 'must be a finite number');
    if (typeof input !== 'string') return this.fault(path, 'must be a string, a number or a boolean');
    if (input.length > filterLimits.stringLength)
      return this.fault(path, `must not be longer than ${filterLimits.stringLength} characters`);
    return isStorable(input) ? input : this.fault(path, 'must not contain NUL or half surrogate pairs');
  }

  private list(input: unknown, path: string, maxLength: number): unknown[] | undefined {
    if (!Array.isArray(input) || input.length === 0) return this.fault(path, 'must be a non-empty array');
    if (input.length > maxLength) return this.fault(path, `must not have more than ${maxLength} elements`);
    return input;
  }

  private onlyFields(input: Record<string, unknown>, known: string[], path: string): void {
    for (const field of Object.keys(input)) {
      if (!known.includes(field))
        this.fault(`${path}/${pointerToken(field)}`, 'is not a field of this filter');
    }
  }

  private overfull(path: string): undefined {
    // Once is enough: every further node would say the same.
    if (this.nodes === filterLimits.nodes + 1)
      this.fault(path, `is one of more than ${filterLimits.nodes} conditions`);
    return undefined;
  }

  private fault(path: string, message: string): undefined {
    this.errors.push({ path, message });
    return undefined;
  }
}

const isObject = (input: unknown): input is Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const isStorable = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text);

const pointerToken = (field: string): string =>
  field.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
