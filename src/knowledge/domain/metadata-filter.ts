/** A condition on a document's `metadata`. Every predicate is total: it is true or false, also without the key. */
export type MetadataFilter = Comparison | Membership | Conjunction | Negation;

export type FilterValue = string | number | boolean;

export interface Comparison {
  /**
   * `eq` and `ne` compare type and value (`"1"` is not `1`); a missing key is not equal. The others compare
   * numbers with numbers and strings with strings by code point (ISO dates sort so); anything else is false.
   */
  type: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte';
  key: string;
  value: FilterValue;
}

export interface Membership {
  /** `in`: equal to one of `value`. `nin`: to none of them, or without the key. */
  type: 'in' | 'nin';
  key: string;
  value: FilterValue[];
}

export interface Conjunction {
  type: 'and' | 'or';
  filters: MetadataFilter[];
}

export interface Negation {
  type: 'not';
  filter: MetadataFilter;
}

/** What a filter may cost at most: each node becomes a condition of the search statement. */
export const filterLimits = {
  depth: 8,
  nodes: 100,
  keyLength: 256,
  stringLength: 1024,
  listLength: 200,
} as const;
