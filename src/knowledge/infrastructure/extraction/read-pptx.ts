import { FileFault } from './extraction-protocol.js';
import { OfficePackage, type Relation } from './office/package.js';
import { OfficeText } from './office/office-text.js';
import { Slide } from './office/slide.js';
import { prefixedAttribute, readXml } from './office/xml.js';
import type { Reader } from './reader.js';

/** The slides' parts in the order that they are shown in. */
const slideParts = async (file: OfficePackage): Promise<string[]> => {
  const relations = await file.relations(file.main);
  const parts: string[] = [];
  await readXml(file.archive.read(file.main), {
    open(name, attributes) {
      if (name !== 'sldId') return;
      const target = relations.get(prefixedAttribute(attributes, 'id') ?? '')?.target;
      if (target !== undefined) parts.push(target);
    },
  });
  return parts;
};

const hasPart = (file: OfficePackage, relation: Relation | undefined): relation is Relation =>
  relation !== undefined && file.archive.has(relation.target);

/** The parts of its diagrams, then that of its notes. */
const furtherOf = async (file: OfficePackage, part: string, slide: Slide): Promise<string[]> => {
  const relations = await file.relations(part);
  const further = [
    ...slide.diagrams.map((id) => relations.get(id)),
    [...relations.values()].find(({ kind }) => kind === 'notesSlide'),
  ];
  return further.filter((relation) => hasPart(file, relation)).map(({ target }) => target);
};

/**
 * PowerPoint presentations: a slide is a page and its title a heading; the notes come after what is on it. Hidden
 * slides are counted and left out.
 */
export const readPptx: Reader = async (bytes, request, onProgress) => {
  const file = await OfficePackage.open(bytes, request, 'ppt');
  const output = new OfficeText(request.maxTextChars);
  const parts = await slideParts(file);
  if (parts.length > request.maxPages) throw new FileFault('too-many-pages');
  for (const [index, part] of parts.entries()) {
    const slide = new Slide(request);
    await readXml(file.archive.read(part), slide);
    if (!slide.isHidden) {
      output.page(index + 1);
      slide.writeTo(output);
      for (const inner of await furtherOf(file, part, slide)) {
        const content = new Slide(request);
        await readXml(file.archive.read(inner), content);
        content.writeTo(output);
      }
    }
    onProgress({ done: index + 1, total: parts.length, unit: 'slides' });
  }
  return output.build(await file.title());
};
