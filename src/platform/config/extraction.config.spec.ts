import { sentencesOf } from '../../../test/configuration-sentences.js';
import { ExtractionConfig } from './extraction.config.js';
import { loadConfiguration } from './load-configuration.js';

const load = (env: Record<string, string>): ExtractionConfig =>
  loadConfiguration([ExtractionConfig], env, '/nonexistent/.env').get(ExtractionConfig);

describe('recognition in ExtractionConfig', () => {
  it('is off, and takes the languages that are installed', () => {
    expect(load({}).ocrLanguages).toEqual([]);
    expect(load({ OCR_LANGUAGES: 'kor, eng' }).ocrLanguages).toEqual(['kor', 'eng']);
  });

  it.each([
    ['kor,tlh', 'npm install --no-save @tesseract.js-data/tlh@1.0.0.'],
    ['chi_sim_vert,tlh', 'chi_sim_vert@1.0.0 and @tesseract.js-data/tlh@1.0.0 are not installed'],
  ])('refuses %s, and says how what is missing is installed', (languages, expected) => {
    expect(sentencesOf(() => load({ OCR_LANGUAGES: languages }))).toEqual([
      expect.stringContaining(expected),
    ]);
    expect(sentencesOf(() => load({ OCR_LANGUAGES: languages }))).toEqual([
      expect.stringMatching(/^OCR_LANGUAGES is /),
    ]);
  });

  it.each(['kor+eng', '../eng', 'english', 'k'])('refuses the name %s', (languages) => {
    expect(sentencesOf(() => load({ OCR_LANGUAGES: languages }))).toEqual([
      expect.stringMatching(/^OCR_LANGUAGES is .* such as kor,eng/),
    ]);
  });
});
