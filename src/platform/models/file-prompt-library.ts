import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  promptNames,
  PromptLibrary,
  type Prompt,
  type PromptLanguage,
  type PromptName,
} from './prompt-library.port.js';

interface PromptFile {
  version: number;
  text: string;
}

const languages: readonly PromptLanguage[] = ['ko', 'en'];
/** The same distance from `src/platform/models` and from `dist/platform/models`. */
const promptFolder = new URL('../../../prompts/', import.meta.url);

const frontMatter = /^---\nversion: (\d+)\n(?:[a-z]+: .*\n)*---\n/;

const readPrompt = (folder: URL, name: PromptName, language: PromptLanguage): PromptFile => {
  const file = new URL(`${name}.${language}.md`, folder);
  const source = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const head = frontMatter.exec(source);
  if (!head) throw new Error(`${fileURLToPath(file)} must begin with front matter that states its version.`);
  return { version: Number(head[1]), text: source.slice(head[0].length).trim() };
};

/** Reads every prompt at start, so that a missing or malformed file stops the boot and not an answer. */
export class FilePromptLibrary extends PromptLibrary {
  private readonly files = new Map<string, PromptFile>();

  constructor(folder: URL = promptFolder) {
    super();
    for (const name of promptNames) {
      for (const language of languages) {
        this.files.set(`${name}.${language}`, readPrompt(folder, name, language));
      }
    }
  }

  get(name: PromptName, language: PromptLanguage, values: Record<string, string> = {}): Prompt {
    const file = this.files.get(`${name}.${language}`);
    if (!file) throw new Error(`There is no prompt ${name}.${language}.`);
    const unused = new Set(Object.keys(values));
    const text = file.text.replace(/\{\{(\w+)\}\}/g, (_, placeholder: string) => {
      const value = values[placeholder];
      if (value === undefined) throw new Error(`The prompt ${name}.${language} needs "${placeholder}".`);
      unused.delete(placeholder);
      return value;
    });
    if (unused.size > 0)
      throw new Error(`The prompt ${name}.${language} has no "${[...unused].join('", "')}".`);
    return { text, id: `${name}.${language}@${file.version}` };
  }
}
