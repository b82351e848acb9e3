import type { Page } from '../../shared/page.js';

/** @param rows up to one more than `limit`: the surplus one says that there is a next page. */
export function pageOfRows<Row extends { id: string }>(rows: Row[], limit: number): Page<Row> {
  const data = rows.slice(0, limit);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}
