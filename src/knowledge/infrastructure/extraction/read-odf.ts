import { OdfBody } from './office/odf-body.js';
import { openOdf } from './office/odf-file.js';
import { OdfSheets } from './office/odf-sheets.js';
import { readXml } from './office/xml.js';
import type { Reader } from './reader.js';
import { OfficeText } from './office/office-text.js';

const readBody =
  (kind: 'text' | 'presentation'): Reader =>
  async (bytes, request) => {
    const { content, styles, title } = await openOdf(bytes, request);
    const output = new OfficeText(request.maxTextChars);
    await readXml(content, new OdfBody(output, styles, request, kind));
    return output.build(title);
  };

export const readOdt = readBody('text');
/** A slide is a page, its title a heading; the notes come after what is on it. */
export const readOdp = readBody('presentation');

/** A sheet is a page, and its name a heading. */
export const readOds: Reader = async (bytes, request) => {
  const { content, styles, title } = await openOdf(bytes, request);
  const output = new OfficeText(request.maxTextChars);
  await readXml(content, new OdfSheets(output, styles, request));
  return output.buildSheets(title);
};
