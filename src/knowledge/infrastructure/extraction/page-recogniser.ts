import type { PagePicture } from './render-page.js';
import { levels, loadTesseract, type PixelBox, type ResultIterator, type Tesseract } from './tesseract.js';

export interface RecognisedWord {
  /** A word, a part of one, or a Hangul syllable. */
  text: string;
  box: PixelBox;
}

export interface RecognisedLine {
  /** With as many spaces as its gaps are wide. */
  text: string;
  box: PixelBox;
  /** Mean of its words', 0 to 100. */
  confidence: number;
  words: RecognisedWord[];
}

const pointsPerInch = 72;

/** Recognises one page after the other; made once for a document. */
export class PageRecogniser {
  private constructor(private readonly tesseract: Tesseract) {}

  /** @param languages Tesseract's names; their packages are installed */
  static async load(languages: readonly string[]): Promise<PageRecogniser> {
    return new PageRecogniser(await loadTesseract(languages));
  }

  /** In reading order; empty when there is none, or the picture cannot be read. */
  recognise({ pgm, pixelsPerPoint }: PagePicture): RecognisedLine[] {
    const { api, FS } = this.tesseract;
    FS.writeFile('/input', pgm);
    if (api.SetImageFile() !== 0) throw new Error('Tesseract does not take the picture');
    api.SetSourceResolution(Math.round(pixelsPerPoint * pointsPerInch));
    return api.Recognize(null) === 0 ? this.lines() : [];
  }

  private lines(): RecognisedLine[] {
    const iterator = this.tesseract.api.GetIterator();
    if (this.tesseract.getPointer(iterator) === 0) return [];
    const lines: RecognisedLine[] = [];
    do {
      if (iterator.IsAtBeginningOf(levels.line)) lines.push(lineAt(iterator));
      lines.at(-1)?.words.push({
        text: iterator.GetUTF8Text(levels.word),
        box: iterator.getBoundingBox(levels.word),
      });
    } while (iterator.Next(levels.word));
    this.tesseract.destroy(iterator);
    return lines;
  }
}

const lineAt = (iterator: ResultIterator): RecognisedLine => ({
  text: iterator.GetUTF8Text(levels.line).trim(),
  box: iterator.getBoundingBox(levels.line),
  confidence: iterator.Confidence(levels.line),
  words: [],
});
