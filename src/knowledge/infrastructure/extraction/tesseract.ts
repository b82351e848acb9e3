import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { recognitionEngine, recognitionModel } from '../../../platform/config/recognition-packages.js';

/** In pixels from the picture's upper left corner. */
export interface PixelBox {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** https://tesseract-ocr.github.io/tessapi/5.x/a02438.html */
export interface ResultIterator {
  /** @returns false after the last one */
  Next(level: number): boolean;
  IsAtBeginningOf(level: number): boolean;
  /** Of the whole element that the iterator stands in; of a line with the spaces that its gaps are wide. */
  GetUTF8Text(level: number): string;
  /** Mean of what follows in the element, 0 to 100. */
  Confidence(level: number): number;
  getBoundingBox(level: number): PixelBox;
}

/** https://tesseract-ocr.github.io/tessapi/5.x/a02186.html, as `tesseract.js-core` has it. */
interface TessBaseApi {
  /** @param folder null: the root of the module's own file system @returns 0, else it failed */
  Init(folder: null, languages: string, engine: number): number;
  /** @returns false when there is no such variable */
  SetVariable(name: string, value: string): boolean;
  /** Takes `/input` of the module's own file system. @returns 0, else it is no picture */
  SetImageFile(): number;
  SetSourceResolution(dotsPerInch: number): void;
  /** @returns 0, else it found no way to read the picture */
  Recognize(monitor: null): number;
  /** Its pointer is 0 when nothing was found. */
  GetIterator(): ResultIterator;
}

export interface Tesseract {
  api: TessBaseApi;
  /** The module's own file system, in memory: no file of ours can be reached. */
  FS: { writeFile(path: string, bytes: Uint8Array): void; unlink(path: string): void };
  getPointer(object: ResultIterator): number;
  destroy(object: ResultIterator): void;
}

type TesseractModule = Omit<Tesseract, 'api'> & { TessBaseAPI: new () => TessBaseApi };

export const levels = { line: 2, word: 3 } as const;

const longShortTermMemory = 1;
const variables: [string, string][] = [
  // One column of lines of any size. It parts real columns too, unless their lines are level with each other, which
  // `arrangePage` does; the modes that look for columns take the right edge of justified Hangul for vertical text.
  ['tessedit_pageseg_mode', '4'],
  // A space for each that fits into a gap. Without it every Hangul syllable is followed by one.
  ['preserve_interword_spaces', '1'],
];

/**
 * `tesseract.js` itself adds a thread, a client that downloads and eight packages to this; the process that reads a file
 * is apart already, and nothing is to be downloaded.
 * @param languages Tesseract's names; their packages are installed
 */
export const loadTesseract = async (languages: readonly string[]): Promise<Tesseract> => {
  const start = createRequire(import.meta.url)(recognitionEngine()) as () => Promise<TesseractModule>;
  const tesseract = await start();
  const api = new tesseract.TessBaseAPI();
  for (const language of languages) {
    const model = await promisify(gunzip)(readFileSync(recognitionModel(language)));
    tesseract.FS.writeFile(`${language}.traineddata`, model);
  }
  if (api.Init(null, languages.join('+'), longShortTermMemory) !== 0)
    throw new Error(`Tesseract does not start with ${languages.join('+')}`);
  for (const language of languages) tesseract.FS.unlink(`${language}.traineddata`);
  for (const [name, value] of variables)
    if (!api.SetVariable(name, value)) throw new Error(`Tesseract has no variable ${name}`);
  return Object.assign(tesseract, { api });
};
