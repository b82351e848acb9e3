import { buffer } from 'node:stream/consumers';
import { DocumentChunker } from '../../src/knowledge/application/document-chunker.port.js';
import { TextExtractor, type ExtractionSource } from '../../src/knowledge/application/text-extractor.port.js';
import { TypeDetector } from '../../src/knowledge/application/type-detector.port.js';
import type { Chunk, ExtractedText } from '../../src/knowledge/domain/chunk.js';
import type { ProgressCounts } from '../../src/knowledge/domain/progress-counts.js';
import { AppError } from '../../src/shared/app-error.js';

/** UTF-8 text as it is; a first line `# …` is its title. A file that starts with `%FAIL code` fails with that code. */
export class PlainTextExtractor extends TextExtractor {
  /** Called before the file is read; may throw or wait. */
  beforeReading: (signal: AbortSignal) => Promise<void> = async () => undefined;

  async extract(
    source: ExtractionSource,
    hooks: { onProgress(counts: ProgressCounts): void; signal: AbortSignal },
  ): Promise<ExtractedText> {
    await this.beforeReading(hooks.signal);
    const text = (await buffer(await source.open())).toString('utf8');
    const code = /^%FAIL (\S+)/.exec(text)?.[1];
    if (code) throw new AppError({ code, kind: 'unprocessable', message: 'The test wanted it to fail.' });
    hooks.onProgress({ done: 1, total: 1, unit: 'pages' });
    return { text, pages: [], headings: [], title: /^# (.+)/.exec(text)?.[1] ?? null };
  }
}

/** One chunk per paragraph. */
export class ParagraphChunker extends DocumentChunker {
  async chunk({ text }: ExtractedText): Promise<Chunk[]> {
    return [...text.matchAll(/[^\n]+/g)].map((match, ordinal) => ({
      ordinal,
      text: match[0],
      context: '',
      headings: [],
      page: null,
      charStart: match.index,
      charEnd: match.index + match[0].length,
      tokenCount: match[0].split(' ').length,
    }));
  }
}

/** `text/plain`, except for what starts with a NUL byte, which is not supported. */
export class TextTypeDetector extends TypeDetector {
  async detect(head: Buffer): Promise<string> {
    if (head[0] !== 0) return 'text/plain';
    throw new AppError({
      code: 'knowledge.type-not-supported',
      kind: 'unsupported',
      message: 'Only text is supported.',
    });
  }
}
