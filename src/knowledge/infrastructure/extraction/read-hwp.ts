import { parseHwp, parseHwpx, type ErrorCode, type IRBlock, type IRTable, type ParseResult } from 'kordoc';
import type { ExtractedText } from '../../domain/chunk.js';
import { FileFault, type ExtractionFault } from './extraction-protocol.js';
import { markdownTable } from './markdown-table.js';
import type { Reader } from './reader.js';
import { TextBuilder } from './text-builder.js';

const faults: Partial<Record<ErrorCode, ExtractionFault>> = {
  ENCRYPTED: 'document-encrypted',
  DRM_PROTECTED: 'document-encrypted',
  DECOMPRESSION_BOMB: 'text-too-long',
  ZIP_BOMB: 'text-too-long',
};

/** A cell with more is a part of a page that was laid out with a table, as forms and official letters are. */
const longestCell = 1_000;

const withNote = (text: string | undefined, note: string | undefined): string =>
  [text ?? '', note ? `(${note})` : ''].filter((part) => part.trim() !== '').join(' ');

class HwpRenderer {
  private readonly builder: TextBuilder;
  private page = 0;

  constructor(
    maxTextChars: number,
    private readonly hasPages: boolean,
  ) {
    this.builder = new TextBuilder(maxTextChars);
  }

  render(blocks: IRBlock[], title: string | null): ExtractedText {
    for (const block of blocks) {
      if (this.hasPages && block.pageNumber !== undefined) this.turnTo(block.pageNumber);
      this.block(block, 0);
    }
    return this.builder.build(title);
  }

  /** Pages that hold nothing but a picture, too: the numbers stay those of the document. */
  private turnTo(page: number): void {
    while (this.page < page) this.builder.page(++this.page);
  }

  private block(block: IRBlock, depth: number): void {
    const text = withNote(block.text, block.footnoteText);
    if (block.type === 'heading') this.builder.heading(block.level ?? 1, text);
    else if (block.type === 'paragraph') this.builder.block(text);
    else if (block.type === 'table' && block.table) this.table(block.table);
    else if (block.type === 'list') this.list(block, text, depth);
  }

  private list(block: IRBlock, text: string, depth: number): void {
    if (text !== '') this.builder.block(`${'  '.repeat(Math.min(depth, 8))}- ${text}`, '\n');
    for (const child of block.children ?? []) this.block(child, depth + 1);
  }

  private table({ cells, caption, captionBlocks }: IRTable): void {
    if (captionBlocks?.length) for (const block of captionBlocks) this.block(block, 0);
    else if (caption) this.builder.block(caption);
    const filled = cells.filter((row) => row.some(({ text }) => text.trim() !== ''));
    const isData =
      filled.length > 1 &&
      filled.some((row) => row.filter(({ text }) => text.trim() !== '').length > 1) &&
      filled.every((row) =>
        row.every(
          ({ text, blocks }) => text.length <= longestCell && !blocks?.some(({ type }) => type === 'table'),
        ),
      );
    if (isData) {
      this.builder.block(markdownTable(filled.map((row) => row.map(({ text }) => text))));
      return;
    }
    for (const { text, blocks } of filled.flat()) {
      if (blocks?.length) for (const block of blocks) this.block(block, 0);
      else this.builder.block(text);
    }
  }
}

const outcome = (result: ParseResult, maxTextChars: number, maxPages: number): ExtractedText => {
  if (!result.success) {
    const fault = result.code && faults[result.code];
    throw new FileFault(fault ?? 'document-damaged');
  }
  const { blocks, metadata, warnings } = result;
  const isPartial = warnings?.some(({ code }) => code === 'PARTIAL_PARSE') ?? false;
  // a section that cannot be read is left out of the rest; with nothing left there is no document
  if (blocks.length === 0 && isPartial) throw new FileFault('document-damaged');
  const hasPages = metadata?.pageMode === 'layout';
  if (hasPages && (metadata?.pageCount ?? 0) > maxPages) throw new FileFault('too-many-pages');
  return new HwpRenderer(maxTextChars, hasPages).render(blocks, metadata?.title ?? null);
};

/** A copy of its own: the parser takes no view of a pool. */
const arrayBufferOf = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer;

/**
 * HWP 5, with headings, tables, footnotes in parentheses behind their paragraph. Pages are known where the program that
 * saved it kept its line breaks, as Hancom's does; otherwise there are none.
 */
export const readHwp: Reader = async (bytes, { maxTextChars, maxPages }) =>
  outcome(await parseHwp(arrayBufferOf(bytes)), maxTextChars, maxPages);

/** HWPX, as HWP. */
export const readHwpx: Reader = async (bytes, { maxTextChars, maxPages }) =>
  outcome(await parseHwpx(arrayBufferOf(bytes)), maxTextChars, maxPages);
