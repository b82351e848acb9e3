import { aZip, type ZipOptions } from './archive-fixture.js';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const relationTypes = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export type Parts = Record<string, string | Buffer>;
/** Id, kind and target; targets are taken from the part's folder. */
export type Relations = [id: string, kind: string, target: string][];

export const relationsPart = (relations: Relations): string =>
  `${declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relations
    .map(
      ([id, kind, target]) =>
        `<Relationship Id="${id}" Type="${relationTypes}/${kind}" Target="${target}"${target.includes('://') ? ' TargetMode="External"' : ''}/>`,
    )
    .join('')}</Relationships>`;

/** An Office Open XML file of these parts. */
export const anOfficeFile = (
  main: string,
  parts: Parts,
  relations: Relations = [],
  title?: string,
  options?: ZipOptions,
): Buffer => {
  const folder = main.slice(0, main.lastIndexOf('/'));
  const name = main.slice(folder.length + 1);
  const core = `${declaration}<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>${title}</dc:title></cp:coreProperties>`;
  return aZip(
    [
      ['[Content_Types].xml', `${declaration}<Types xmlns="t"/>`],
      ['_rels/.rels', relationsPart([['rId1', 'officeDocument', main]])],
      [`${folder}/_rels/${name}.rels`, relationsPart(relations)],
      ...(title === undefined ? [] : [['docProps/core.xml', core] as [string, string]]),
      ...Object.entries(parts),
    ],
    options,
  );
};

const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

export interface DocxFixture {
  /** What stands in `w:body`. */
  body: string;
  styles?: string;
  numbering?: string;
  footnotes?: string;
  title?: string;
}

export const aDocx = ({ body, styles, numbering, footnotes, title }: DocxFixture): Buffer => {
  const extra = Object.entries({ styles, numbering, footnotes }).filter(
    ([, content]) => content !== undefined,
  );
  return anOfficeFile(
    'word/document.xml',
    {
      'word/document.xml': `${declaration}<w:document ${w}><w:body>${body}<w:sectPr/></w:body></w:document>`,
      ...Object.fromEntries(
        extra.map(([kind, content]) => [`word/${kind}.xml`, `<w:${kind} ${w}>${content}</w:${kind}>`]),
      ),
    },
    extra.map(([kind], at) => [`rId${at + 1}`, kind, `${kind}.xml`]),
    title,
  );
};

/** A paragraph of a Word document. */
export const wordParagraph = (text: string, properties = ''): string =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

const openDocument = 'application/vnd.oasis.opendocument';
const odfNamespaces = ['office', 'style', 'text', 'table', 'draw', 'presentation', 'svg', 'fo', 'xlink', 'dc']
  .map((prefix) => `xmlns:${prefix}="urn:oasis:${prefix}"`)
  .join(' ');

export interface OdfFixture {
  kind: 'text' | 'presentation' | 'spreadsheet';
  /** What stands in the body's element. */
  body: string;
  automaticStyles?: string;
  styles?: string;
  title?: string;
  manifest?: string;
  mimeType?: string;
}

export const anOdfFile = (given: OdfFixture): Buffer => {
  const { kind, body, automaticStyles = '', styles = '', title } = given;
  const parts: [string, string][] = [
    ['mimetype', given.mimeType ?? `${openDocument}.${kind}`],
    [
      'content.xml',
      `${declaration}<office:document-content ${odfNamespaces}><office:automatic-styles>${automaticStyles}</office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    ],
    ['styles.xml', `<office:document-styles ${odfNamespaces}>${styles}</office:document-styles>`],
    [
      'meta.xml',
      `<office:document-meta ${odfNamespaces}><dc:title>${title ?? ''}</dc:title></office:document-meta>`,
    ],
    ['META-INF/manifest.xml', given.manifest ?? '<manifest/>'],
  ];
  return aZip(parts, { stored: true });
};
