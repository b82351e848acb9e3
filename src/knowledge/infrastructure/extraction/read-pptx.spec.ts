import { anExtractionRequest } from '../../../../test/builders/an-extraction-request.js';
import { anOfficeFile, relationsPart, type Relations } from '../../../../test/builders/office-fixture.js';
import type { ProgressCounts } from '../../domain/progress-counts.js';
import { readPptx } from './read-pptx.js';

const paragraph = (text: string, properties = ''): string =>
  `<a:p><a:pPr ${properties.startsWith('<') ? `>${properties}` : `${properties}>`}</a:pPr><a:r><a:t>${text}</a:t></a:r></a:p>`;
const shape = (placeholder: string, ...paragraphs: string[]): string =>
  `<p:sp><p:nvSpPr><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr><p:txBody>${paragraphs.join('')}</p:txBody></p:sp>`;
const cell = (text: string, attributes = ''): string =>
  `<a:tc ${attributes}><a:txBody>${paragraph(text)}</a:txBody></a:tc>`;
const slide = (content: string, attributes = ''): string =>
  `<p:sld ${attributes}><p:cSld>${content}</p:cSld></p:sld>`;

const aPresentation = (slides: string[], extra: Record<string, string> = {}, ids?: number[]): Buffer =>
  anOfficeFile(
    'ppt/presentation.xml',
    {
      'ppt/presentation.xml': `<p:presentation><p:sldIdLst>${(ids ?? slides.map((_, at) => at + 1))
        .map((id) => `<p:sldId id="${255 + id}" r:id="rId${id}"/>`)
        .join('')}</p:sldIdLst></p:presentation>`,
      ...Object.fromEntries(slides.map((content, at) => [`ppt/slides/slide${at + 1}.xml`, content])),
      ...extra,
    },
    slides.map((_, at): Relations[number] => [`rId${at + 1}`, 'slide', `slides/slide${at + 1}.xml`]),
  );
const read = (bytes: Buffer, limits = {}, onProgress = (_counts: ProgressCounts): void => undefined) =>
  readPptx(bytes, anExtractionRequest(limits), onProgress);

describe('readPptx', () => {
  it('has a page for each slide in its order, titles as headings, bullets, tables, diagrams and notes', async () => {
    const bytes = aPresentation(
      [
        slide(
          shape('<p:ph type="ftr"/>', paragraph('footer')) +
            shape(
              '<p:ph idx="1"/>',
              paragraph('하나'),
              paragraph('inner', 'lvl="1"'),
              paragraph('first', '<a:buAutoNum type="arabicParenR"/>'),
              paragraph('second', '<a:buAutoNum type="arabicParenR"/>'),
            ) +
            shape('<p:ph type="title"/>', paragraph('둘째 장')) +
            `<p:graphicFrame><a:tbl><a:tr>${cell('a', 'gridSpan="2"')}${cell('', 'hMerge="1"')}</a:tr><a:tr>${cell('b', 'rowSpan="2"')}${cell('1')}</a:tr><a:tr>${cell('', 'vMerge="1"')}${cell('2')}</a:tr></a:tbl></p:graphicFrame>` +
            '<p:graphicFrame><dgm:relIds r:dm="rId3"/></p:graphicFrame>',
        ),
        slide(shape('<p:ph type="ctrTitle"/>', paragraph('Opening')) + shape('', paragraph('Plain text.'))),
        slide(shape('<p:ph type="title"/>', paragraph('hidden')), 'show="0"'),
        slide(shape('', paragraph('The end.'))),
      ],
      {
        'ppt/slides/_rels/slide1.xml.rels': relationsPart([
          ['rId2', 'notesSlide', '../notesSlides/notesSlide1.xml'],
          ['rId3', 'diagramData', '../diagrams/data1.xml'],
          ['rId9', 'hyperlink', 'http://127.0.0.1/never'],
        ]),
        'ppt/notesSlides/notesSlide1.xml': `<p:notes>${shape('<p:ph type="body"/>', paragraph('Say this.'))}${shape('<p:ph type="sldNum"/>', paragraph('2'))}</p:notes>`,
        'ppt/diagrams/data1.xml': `<dgm:dataModel><dgm:pt><dgm:t>${paragraph('step')}</dgm:t></dgm:pt></dgm:dataModel>`,
      },
      [2, 1, 3, 4],
    );
    const heard: ProgressCounts[] = [];
    const { text, pages, headings, title } = await read(bytes, {}, (counts) => heard.push(counts));
    expect(text).toBe(
      'Opening\n\nPlain text.\n\n둘째 장\n\n- 하나\n  - inner\n1) first\n2) second\n\n| a |  |\n| --- | --- |\n| b | 1 |\n| b | 2 |\n\nstep\n\nSay this.\n\nThe end.',
    );
    expect(pages).toEqual([
      { number: 1, start: 0 },
      { number: 2, start: text.indexOf('둘째 장') },
      { number: 4, start: text.indexOf('The end.') },
    ]);
    expect(headings).toEqual([
      { level: 1, title: 'Opening', start: 0 },
      { level: 1, title: '둘째 장', start: text.indexOf('둘째 장') },
    ]);
    expect(title).toBe('Opening');
    expect(heard).toEqual([1, 2, 3, 4].map((done) => ({ done, total: 4, unit: 'slides' })));
  });

  it('has no more slides than it may, and misses none that is named', async () => {
    const slides = ['a', 'b', 'c'].map((text) => slide(shape('', paragraph(text))));
    await expect(read(aPresentation(slides), { maxPages: 2 })).rejects.toMatchObject({
      fault: 'too-many-pages',
    });
    const missing = anOfficeFile(
      'ppt/presentation.xml',
      { 'ppt/presentation.xml': '<p:presentation><p:sldId id="1" r:id="rId1"/></p:presentation>' },
      [['rId1', 'slide', 'slides/slide1.xml']],
    );
    await expect(read(missing)).rejects.toMatchObject({ fault: 'document-damaged' });
  });
});
