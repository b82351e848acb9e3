import type { Comparison, FilterValue, MetadataFilter } from '../domain/metadata-filter.js';

/** A condition of fixed text with numbered parameters, and their values. */
export interface SqlCondition {
  text: string;
  parameters: unknown[];
}

const orderingOperators = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/**
 * Compiles a filter to a condition over `document.metadata`. Keys and values only ever become parameters.
 * Each predicate is true or false, never NULL, so that `NOT` is its exact opposite.
 * @param firstParameter number of the first free `$n` of the statement
 */
export function toSqlCondition(filter: MetadataFilter | null, firstParameter: number): SqlCondition {
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${firstParameter + parameters.push(value) - 1}`;
  const text = filter ? compile(filter, bind) : 'true';
  return { text, parameters };
}

type Bind = (value: unknown) => string;

function compile(filter: MetadataFilter, bind: Bind): string {
  switch (filter.type) {
    case 'eq':
    case 'ne':
      return compileEquality(filter, filter.type === 'ne', bind);
    case 'in':
    case 'nin':
      return compileMembership(filter.key, filter.value, filter.type === 'nin', bind);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compileOrdering(filter, orderingOperators[filter.type], bind);
    case 'and':
    case 'or': {
      const operator = filter.type === 'and' ? ' AND ' : ' OR ';
      return `(${filter.filters.map((part) => compile(part, bind)).join(operator)})`;
    }
    case 'not':
      return `NOT ${compile(filter.filter, bind)}`;
  }
}

/** Containment compares type and value, treats 1 and 1.0 as equal, and is what `document_metadata` indexes. */
const compileEquality = (filter: Comparison, negated: boolean, bind: Bind): string =>
  `(${negated ? 'NOT ' : ''}document.metadata @> ${bind(pair(filter.key, filter.value))}::jsonb)`;

function compileMembership(key: string, values: FilterValue[], negated: boolean, bind: Bind): string {
  const pairs = bind(values.map((value) => pair(key, value)));
  return `(${negated ? 'NOT ' : ''}document.metadata @> ANY (${pairs}::jsonb[]))`;
}

/** CASE, because AND may evaluate the cast before the test of the type. */
function compileOrdering(filter: Comparison, operator: string, bind: Bind): string {
  const key = bind(filter.key);
  const value = bind(String(filter.value));
  const isNumber = typeof filter.value === 'number';
  const actual = `(document.metadata ->> ${key}::text)`;
  const comparison = isNumber
    ? `${actual}::numeric ${operator} ${value}::numeric`
    : `${actual} COLLATE "C" ${operator} ${value}::text`;
  const type = isNumber ? 'number' : 'string';
  return `(CASE WHEN jsonb_typeof(document.metadata -> ${key}::text) = '${type}' THEN ${comparison} ELSE false END)`;
}

const pair = (key: string, value: FilterValue): string => `{${JSON.stringify(key)}:${JSON.stringify(value)}}`;
