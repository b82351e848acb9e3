import { fileTypeFromBuffer } from 'file-type';
import { TypeDetector } from '../../application/type-detector.port.js';
import { detectType, type Content } from '../../domain/detect-type.js';
import { contentOf } from '../../domain/file-content.js';
import { readableTypes } from './readable-types.js';

/** Knows the magic numbers of some hundred formats, so that a renamed image is called one. */
export class ContentTypeDetector extends TypeDetector {
  async detect(head: Buffer, filename: string, declared: string | null): Promise<string> {
    const content = contentOf(head, filename, declared) ?? (await this.foreign(head));
    return detectType(content, filename, declared, readableTypes);
  }

  private async foreign(head: Buffer): Promise<Content> {
    const known = await fileTypeFromBuffer(head);
    return { types: [], description: known?.mime ?? 'binary data', foreignType: known?.mime };
  }
}
