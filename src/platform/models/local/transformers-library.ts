import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What we use of @huggingface/transformers, which is not among our dependencies: 470 MB with its runtimes. */
export interface TransformersLibrary {
  env: { cacheDir: string | null; logLevel: number };
  AutoTokenizer: { from_pretrained(model: string, options: object): Promise<LocalTokenizer> };
  AutoModel: { from_pretrained(model: string, options: object): Promise<LocalNetwork> };
  AutoModelForSequenceClassification: {
    from_pretrained(model: string, options: object): Promise<LocalNetwork>;
  };
}

export interface LocalTokenizer {
  (texts: string[], options: TokenizerOptions): Record<string, LocalTensor>;
  model_max_length: number;
}

export interface TokenizerOptions {
  text_pair?: string[];
  padding: boolean;
  truncation: boolean;
  max_length: number;
}

export type LocalNetwork = (
  inputs: Record<string, LocalTensor>,
) => Promise<Record<string, LocalTensor | undefined>>;

export interface LocalTensor {
  dims: number[];
  data: ArrayLike<number | bigint>;
  to(type: 'float32'): LocalTensor;
}

/** The last version that ours was tried with. */
export const libraryPackage = '@huggingface/transformers@4.3.1';

/** Errors alone: a model may be found in several places, of which each is named otherwise. */
const logErrorsOnly = 40;

/**
 * From a folder of its own. Beside our dependencies npm would give it empty packages for its runtimes, with which one of
 * ours is content.
 * @throws Error that names the package and how it is installed.
 */
export function loadTransformers(folder: string): TransformersLibrary {
  let library: Partial<TransformersLibrary>;
  try {
    const load = createRequire(join(folder, 'node_modules', 'index.js'));
    library = load('@huggingface/transformers') as Partial<TransformersLibrary>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') throw notInstalled(folder, error);
    throw error;
  }
  // A folder within ours leads to one of those empty packages.
  if (!library.AutoTokenizer) throw notInstalled(folder);
  library.env!.logLevel = logErrorsOnly;
  return library as TransformersLibrary;
}

const notInstalled = (folder: string, cause?: unknown): Error =>
  new Error(
    `the package that runs it is not installed: npm install --prefix ${folder} --ignore-scripts ${libraryPackage}`,
    { cause },
  );
