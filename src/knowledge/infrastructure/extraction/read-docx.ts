import type { ExtractedText } from '../../domain/chunk.js';
import { DocxBody } from './office/docx-body.js';
import { DocxNumbering } from './office/docx-numbering.js';
import { DocxStyles } from './office/docx-styles.js';
import { readDocxNotes } from './office/docx-notes.js';
import { OfficePackage } from './office/package.js';
import { readXml } from './office/xml.js';
import type { Reader } from './reader.js';
import { OfficeText } from './office/office-text.js';

/** Word documents: the text with its headings, lists as they are numbered, tables and notes. They have no pages. */
export const readDocx: Reader = async (bytes, request): Promise<ExtractedText> => {
  const file = await OfficePackage.open(bytes, request, 'word');
  const part = async (kind: string): Promise<AsyncIterable<Buffer> | undefined> => {
    const name = await file.related(kind);
    return name === undefined ? undefined : file.archive.read(name);
  };
  const styles = await DocxStyles.read(await part('styles'));
  const numbering = await DocxNumbering.read(await part('numbering'));
  const notes = await readDocxNotes(
    { footnote: await part('footnotes'), endnote: await part('endnotes') },
    request.maxTextChars,
  );
  const output = new OfficeText(request.maxTextChars);
  const body = new DocxBody(output, { styles, numbering, notes, maxTextChars: request.maxTextChars });
  await readXml(file.archive.read(file.main), body);
  return output.build(await file.title());
};
