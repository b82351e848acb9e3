import { FileFault, type ExtractionRequest } from '../extraction-protocol.js';
import { Archive } from './archive.js';
import { OdfStyles } from './odf-styles.js';
import { titleIn } from './package.js';
import { readXml } from './xml.js';

export interface OdfFile {
  content: AsyncIterable<Buffer>;
  /** Those that `styles.xml` has; `content.xml` adds its own. */
  styles: OdfStyles;
  title: string | null;
}

export const openOdf = async (bytes: Buffer, request: ExtractionRequest): Promise<OdfFile> => {
  const archive = await Archive.open(bytes, request);
  const stated = (await archive.small('mimetype'))
    ?.toString('latin1')
    .trim()
    .replace(/-(?:template|web|master)$/, '');
  if (stated !== request.mimeType || !archive.has('content.xml')) throw new FileFault('type-mismatch');
  await refuseEncrypted(archive);
  const styles = new OdfStyles();
  if (archive.has('styles.xml'))
    await readXml(archive.read('styles.xml'), { open: (name, attributes) => styles.open(name, attributes) });
  return { content: archive.read('content.xml'), styles, title: await titleIn(archive, 'meta.xml') };
};

/** Encrypted parts look like any others in the archive; the manifest tells. */
const refuseEncrypted = async (archive: Archive): Promise<void> => {
  const manifest = 'META-INF/manifest.xml';
  if (!archive.has(manifest)) return;
  await readXml(archive.read(manifest), {
    open(name) {
      if (name === 'encryption-data') throw new FileFault('document-encrypted');
    },
  });
};
