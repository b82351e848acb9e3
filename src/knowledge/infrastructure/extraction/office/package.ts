import { posix } from 'node:path';
import { FileFault, type ExtractionRequest } from '../extraction-protocol.js';
import { Archive } from './archive.js';
import { readXml } from './xml.js';

export interface Relation {
  /** The last part of its type's URI: `slide`, `notesSlide`, `styles`. */
  kind: string;
  /** The part's name in the archive. */
  target: string;
}

const longestTitle = 10_000;
const coreProperties = 'docProps/core.xml';

/** An Office Open XML file: parts in an archive, and the relations that lead from one to another. */
export class OfficePackage {
  private constructor(
    readonly archive: Archive,
    /** The name of the part that the document begins with. */
    readonly main: string,
  ) {}

  /** @param mainFolder where the main part of the expected format lies: `word`, `ppt` or `xl` */
  static async open(bytes: Buffer, request: ExtractionRequest, mainFolder: string): Promise<OfficePackage> {
    const archive = await Archive.open(bytes, request);
    if (!archive.has('_rels/.rels')) throw new FileFault('type-mismatch');
    const roots = [...(await relationsIn(archive, '_rels/.rels', '')).values()];
    const main = roots.find(({ kind }) => kind === 'officeDocument')?.target;
    if (main === undefined || !main.startsWith(`${mainFolder}/`)) throw new FileFault('type-mismatch');
    return new OfficePackage(archive, main);
  }

  /** By id. Parts outside the file have no relation: they are never fetched. */
  async relations(part: string): Promise<Map<string, Relation>> {
    const folder = posix.dirname(part);
    return relationsIn(this.archive, `${folder}/_rels/${posix.basename(part)}.rels`, folder);
  }

  /** The main part's neighbour of this kind, if it has one. */
  async related(kind: string): Promise<string | undefined> {
    const relations = [...(await this.relations(this.main)).values()];
    return relations.find((relation) => relation.kind === kind && this.archive.has(relation.target))?.target;
  }

  async title(): Promise<string | null> {
    return titleIn(this.archive, coreProperties);
  }
}

const relationsIn = async (
  archive: Archive,
  part: string,
  folder: string,
): Promise<Map<string, Relation>> => {
  const relations = new Map<string, Relation>();
  if (!archive.has(part)) return relations;
  await readXml(archive.read(part), {
    open(name, attributes) {
      if (name !== 'Relationship' || attributes['TargetMode'] === 'External') return;
      const { Id: id, Type: type, Target: target } = attributes;
      if (id === undefined || type === undefined || target === undefined) return;
      const path = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
      relations.set(id, { kind: posix.basename(type), target: posix.normalize(path) });
    },
  });
  return relations;
};

/** `dc:title` of a part; damaged metadata is no reason to refuse a document. */
export const titleIn = async (archive: Archive, part: string): Promise<string | null> => {
  if (!archive.has(part)) return null;
  let title = '';
  let isTitle = false;
  try {
    await readXml(archive.read(part), {
      open: (name) => (isTitle = name === 'title'),
      close: () => (isTitle = false),
      text: (text) => {
        if (isTitle && title.length < longestTitle) title += text;
      },
    });
  } catch (error) {
    if (error instanceof FileFault && error.fault === 'document-damaged') return null;
    throw error;
  }
  return title.trim() === '' ? null : title;
};
