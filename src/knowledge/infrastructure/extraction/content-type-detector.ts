import { fileTypeFromBuffer } from 'file-type';
import { TypeDetector } from '../../application/type-detector.port.js';
import {
  claimsPdf,
  detectType,
  looksLikePdf,
  looksLikeText,
  type Content,
} from '../../domain/detect-type.js';

/** Knows the magic numbers of some hundred formats, so that a renamed image is called one. */
export class ContentTypeDetector extends TypeDetector {
  async detect(head: Buffer, filename: string, declared: string | null): Promise<string> {
    return detectType(await this.contentOf(head, claimsPdf(filename, declared)), filename, declared);
  }

  private async contentOf(head: Buffer, claimedPdf: boolean): Promise<Content> {
    if (head.length === 0) return 'empty';
    if (looksLikePdf(head, claimedPdf)) return 'pdf';
    if (looksLikeText(head)) return 'text';
    const known = await fileTypeFromBuffer(head);
    return { binary: known?.mime ?? null };
  }
}
