import { splitSentences } from '../../shared/sentences.js';
import { textBlocks, type TextRange } from '../../shared/text-blocks.js';

/** Big enough to make sense alone, small enough that a few fit the budget. UTF-16 units. */
const pieceLength = 1_200;

const lastCut = (text: string, start: number): number => {
  const end = start + pieceLength;
  const code = text.charCodeAt(end);
  return code >= 0xdc00 && code <= 0xdfff ? end - 1 : end;
};

/** Cuts what is longer than a piece may be. */
function* bounded(text: string, range: TextRange): Generator<TextRange> {
  for (let start = range.start; start < range.end;) {
    const end = range.end - start > pieceLength ? lastCut(text, start) : range.end;
    yield { start, end };
    start = end;
  }
}

function* unitsOf(text: string): Generator<TextRange> {
  for (const block of textBlocks(text)) {
    if (block.end - block.start <= pieceLength) yield block;
    else {
      for (const { start, end } of splitSentences(text.slice(block.start, block.end))) {
        yield* bounded(text, { start: block.start + start, end: block.start + end });
      }
    }
  }
}

/** A page's text in pieces along its paragraphs, or its sentences where a paragraph is long. Offsets into `text`. */
export const pagePieces = (text: string): TextRange[] => {
  const pieces: TextRange[] = [];
  for (const unit of unitsOf(text)) {
    const last = pieces.at(-1);
    if (last && unit.end - last.start <= pieceLength) last.end = unit.end;
    else pieces.push({ ...unit });
  }
  return pieces.filter(({ start, end }) => text.slice(start, end).trim() !== '');
};
