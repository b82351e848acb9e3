/** One page of a list. `nextCursor` is opaque to clients and null on the last page. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

export interface PageRequest {
  /** 1 to 100. */
  limit: number;
  /** The id of the last element of the page before; absent for the first page. */
  afterId?: string;
}
