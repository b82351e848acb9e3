import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aPdf } from '../test/builders/pdf-fixture.js';
import { Random } from '../test/random.js';

export interface SourceFile {
  name: string;
  bytes: Buffer;
}

/** What one pipeline has made of the files. */
export interface Outcome {
  seconds: number;
  pages: number;
  chunks: number;
  /** Milliseconds of each stage in all, where they follow each other. */
  spent?: Record<string, number>;
}

/** Prose of a limited vocabulary, as a handbook has it: 40 lines a page. */
function generatedFiles(): SourceFile[] {
  const random = new Random(4);
  const words = Array.from({ length: 3_000 }, () =>
    Array.from({ length: random.between(2, 4) }, () =>
      random.pick(['ka', 'lo', 'mi', 'ter', 'ran', 'su', 'ven', 'do', 'pel', 'ira']),
    ).join(''),
  );
  return Array.from({ length: 8 }, (_, file) => ({
    name: `handbook-${file}.pdf`,
    bytes: aPdf({
      pages: Array.from({ length: 60 }, () =>
        Array.from({ length: 40 }, () => {
          const line = Array.from({ length: 11 }, () => random.pick(words)).join(' ');
          return `${line[0]!.toUpperCase()}${line.slice(1)}.`;
        }),
      ),
    }),
  }));
}

/** The PDFs of a folder; 8 made ones of 60 pages where none is given. */
export async function filesOf(folder: string | undefined): Promise<SourceFile[]> {
  if (!folder) return generatedFiles();
  const names = (await readdir(folder)).filter((name) => name.toLowerCase().endsWith('.pdf'));
  if (names.length === 0) throw new Error(`There is no PDF in ${folder}.`);
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}
