import { encodeCursor } from '../../platform/http/list-query.dto.js';
import type { Page } from '../../shared/page.js';

export const pageAnswer = <Row, Shown>(page: Page<Row>, show: (row: Row) => Shown): Page<Shown> => ({
  data: page.data.map(show),
  nextCursor: page.nextCursor === null ? null : encodeCursor(page.nextCursor),
});
