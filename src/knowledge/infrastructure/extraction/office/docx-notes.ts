import { FileFault } from '../extraction-protocol.js';
import { attribute, readXml } from './xml.js';

export type NoteKind = 'footnote' | 'endnote';

/** The texts of a Word document's notes. */
export interface DocxNotes {
  textOf(kind: NoteKind, id: string): string | undefined;
}

export const readDocxNotes = async (
  parts: Record<NoteKind, AsyncIterable<Buffer> | undefined>,
  maxTextChars: number,
): Promise<DocxNotes> => {
  const texts = new Map<string, string>();
  let chars = 0;
  for (const kind of ['footnote', 'endnote'] as const) {
    const source = parts[kind];
    if (!source) continue;
    let id = '';
    let note: string[] = [];
    let isText = false;
    await readXml(source, {
      open(name, attributes) {
        if (name === kind) {
          id = attribute(attributes, 'id') ?? '';
          note = [];
        } else if (name === 'tab' || name === 'br') note.push(' ');
        isText = name === 't';
      },
      close(name) {
        isText = false;
        if (name === 'p') note.push(' ');
        if (name === kind) texts.set(`${kind} ${id}`, note.join('').trim());
      },
      text(text) {
        if (!isText) return;
        chars += text.length;
        if (chars > maxTextChars) throw new FileFault('text-too-long');
        note.push(text);
      },
    });
  }
  return { textOf: (kind, id) => texts.get(`${kind} ${id}`) };
};
