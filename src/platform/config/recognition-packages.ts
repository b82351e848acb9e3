import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Tesseract as WebAssembly. Optional, as its languages are: together they take more room than all that reads files. */
const engine = { name: 'tesseract.js-core', version: '7.0.0' };
const dataVersion = '1.0.0';
const dataPackage = (language: string): string => `@tesseract.js-data/${language}`;

const folderOf = (name: string): string | undefined => {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
};

const installed = (path: string | undefined, what: string): string => {
  if (path === undefined) throw new Error(`${what} is not installed.`);
  return path;
};

/** The build with 128-bit SIMD, which every Node.js that we support has, and without Tesseract's old engine. */
export const recognitionEngine = (): string =>
  join(installed(folderOf(engine.name), engine.name), 'tesseract-core-simd-lstm.js');

/**
 * @param language Tesseract's name, e.g. `kor`
 * @returns path of its gzipped model: the best one, with weights as integers
 */
export const recognitionModel = (language: string): string => {
  const name = dataPackage(language);
  return join(installed(folderOf(name), name), '4.0.0_best_int', `${language}.traineddata.gz`);
};

const isUsable = (language: string): boolean =>
  folderOf(dataPackage(language)) !== undefined && existsSync(recognitionModel(language));

/** @returns `name@version` of the packages that recognising these languages takes and that are not there. */
export const missingForRecognition = (languages: readonly string[]): string[] => {
  if (languages.length === 0) return [];
  const missing = languages
    .filter((language) => !isUsable(language))
    .map((language) => `${dataPackage(language)}@${dataVersion}`);
  return folderOf(engine.name) === undefined ? [`${engine.name}@${engine.version}`, ...missing] : missing;
};

export const installRecognition = (packages: readonly string[]): string =>
  `npm install --no-save ${packages.join(' ')}`;
