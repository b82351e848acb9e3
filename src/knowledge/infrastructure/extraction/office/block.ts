/** What a document's text is made of. A table has rows of cells, and a cell blocks of its own. */
export type Block =
  | { kind: 'paragraph'; text: string }
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'item'; marker: string; depth: number; text: string }
  | { kind: 'table'; rows: Block[][][] };

/** A block on one line, as it stands in a cell beside others. */
const flatText = (block: Block): string => {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return block.text;
    case 'item':
      return `${block.marker} ${block.text}`;
    case 'table':
      return block.rows.map((row) => row.map(flatCell).join(' ')).join(' ');
  }
};
/** What stands in a cell, on one line. */
export const flatCell = (cell: Block[]): string => cell.map(flatText).join(' ');
