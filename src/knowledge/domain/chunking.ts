import type { TextRange } from '../../shared/text-blocks.js';
import type { Chunk, ExtractedText } from './chunk.js';
import { headingPaths, lastStartingBy } from './headings.js';
import { cutByTokens, textUnits, type CountTokens, type TextUnit } from './text-units.js';

export interface ChunkingLimits {
  /** A chunk is closed before it would exceed this, unless a single code block or table does. */
  targetTokens: number;
  /** Up to so many tokens of whole sentences are repeated at the start of the next chunk of the same section. */
  overlapTokens: number;
  /** No chunk has more, whatever the text. At least 16. */
  maxTokens: number;
}

const longestTableHeader = 800;

/** A section's start closes the chunk before it once that has this share of the target; tiny sections go together. */
const sectionShare = 0.25;

class Packer {
  readonly chunks: Chunk[] = [];
  private readonly text: string;
  private readonly paths: { start: number; path: string[] }[];
  private pending: TextUnit[] = [];
  /** How many of `pending` stand in the previous chunk already. */
  private repeated = 0;
  private tokens = 0;

  constructor(
    private readonly extracted: ExtractedText,
    private readonly limits: ChunkingLimits,
    private readonly count: CountTokens,
  ) {
    this.text = extracted.text;
    this.paths = headingPaths(extracted.headings);
  }

  pack(units: TextUnit[]): Chunk[] {
    for (const unit of units) {
      const startsSection = unit.kind === 'heading' && this.tokens >= this.limits.targetTokens * sectionShare;
      const exceeds = this.tokens + this.costOf(unit) > this.limits.targetTokens;
      if (this.hasNew() && (startsSection || exceeds)) this.close(unit, startsSection);
      if (this.tokens + this.costOf(unit) > this.limits.maxTokens) this.dropPending();
      this.tokens += this.costOf(unit);
      this.pending.push(unit);
    }
    if (this.hasNew()) this.emit(this.pending);
    return this.chunks;
  }

  private hasNew(): boolean {
    return this.pending.length > this.repeated;
  }

  /** The unit with the white space before it, which lies inside the chunk too. */
  private costOf(unit: TextUnit): number {
    const last = this.pending.at(-1);
    if (!last) return unit.tokens;
    const gap = unit.start - last.end;
    return unit.tokens + (gap < 3 ? gap : this.count(this.text.slice(last.end, unit.start)));
  }

  private close(next: TextUnit, startsSection: boolean): void {
    const kept = this.endWithoutHeadings();
    const headings = this.pending.slice(kept);
    const closed = this.pending.slice(0, kept);
    this.emit(closed);
    const overlap =
      startsSection || headings.length > 0 || next.kind === 'heading' ? [] : this.overlapOf(closed);
    this.restart([...overlap, ...headings], overlap.length);
  }

  /** A heading belongs to what follows it, unless there are nothing but headings. */
  private endWithoutHeadings(): number {
    let end = this.pending.length;
    while (end > this.repeated && this.pending[end - 1]!.kind === 'heading') end--;
    return end > this.repeated ? end : this.pending.length;
  }

  private restart(units: TextUnit[], repeated: number): void {
    this.pending = units;
    this.repeated = repeated;
    const first = units[0];
    this.tokens = first ? this.count(this.text.slice(first.start, units.at(-1)!.end)) : 0;
  }

  private dropPending(): void {
    if (this.hasNew()) this.emit(this.pending);
    this.restart([], 0);
  }

  private overlapOf(units: TextUnit[]): TextUnit[] {
    let from = units.length;
    let tokens = 0;
    // never the whole chunk again
    while (
      from > 1 &&
      units[from - 1]!.kind === 'sentence' &&
      tokens + units[from - 1]!.tokens <= this.limits.overlapTokens
    ) {
      tokens += units[--from]!.tokens;
    }
    const lastStart = this.chunks.at(-1)?.charStart ?? 0;
    return units.slice(from).filter(({ start }) => start > lastStart);
  }

  private emit(units: TextUnit[]): void {
    const [first] = units;
    if (!first) return;
    const range = { start: first.start, end: units.at(-1)!.end };
    const tokens = this.count(this.text.slice(range.start, range.end));
    // a sum of parts may be a token short of the whole, or of absurd white space between them
    if (tokens <= this.limits.maxTokens) {
      this.push(range, tokens, first.tableHeader);
      return;
    }
    for (const piece of cutByTokens(this.text, range, this.limits.maxTokens, this.count)) {
      this.push(piece, this.count(this.text.slice(piece.start, piece.end)), first.tableHeader);
    }
  }

  private push(range: TextRange, tokenCount: number, tableHeader: string | undefined): void {
    const { start: charStart, end: charEnd } = range;
    const text = this.text.slice(charStart, charEnd);
    const headings = lastStartingBy(this.paths, charStart)?.path ?? [];
    const header = tableHeader && tableHeader.length <= longestTableHeader ? tableHeader : '';
    this.chunks.push({
      ordinal: this.chunks.length,
      text,
      context: [headings.join(' > '), header].filter((part) => part !== '').join('\n'),
      headings,
      page: lastStartingBy(this.extracted.pages, charStart)?.number ?? null,
      charStart,
      charEnd,
      tokenCount,
    });
  }
}

/**
 * Cuts an extracted text into chunks: whole sentences, code blocks and tables up to the target, with overlap inside
 * a section. Each chunk's text is exactly its slice; together they cover all that is not white space, in order.
 */
export const chunkText = (extracted: ExtractedText, limits: ChunkingLimits, count: CountTokens): Chunk[] =>
  new Packer(extracted, limits, count).pack(textUnits(extracted, limits.maxTokens, count));
