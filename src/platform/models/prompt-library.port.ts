/** The prompts that `prompts/` holds, each in Korean and English. */
export const promptNames = [
  'answer-knowledge',
  'answer-page',
  'answer-plain',
  'summarise',
  'generate-metadata',
  'rewrite-question',
  'context-passages',
  'context-recalled',
  'context-summary',
] as const;
export type PromptName = (typeof promptNames)[number];
export type PromptLanguage = 'ko' | 'en';

export interface Prompt {
  /** The file's text with its placeholders filled. */
  text: string;
  /** `<name>.<language>@<version>`, as traces and logs name it. */
  id: string;
}

/**
 * Prompts kept as files, versioned in their front matter, so that a change of wording is a change in review and
 * not in code.
 */
export abstract class PromptLibrary {
  /**
   * @param values fills `{{name}}` placeholders; the set must be exactly the placeholders of the file.
   * @throws Error (a defect) when a placeholder has no value or a value no placeholder.
   */
  abstract get(name: PromptName, language: PromptLanguage, values?: Record<string, string>): Prompt;
}
