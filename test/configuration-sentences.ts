import { ConfigurationError } from '../src/platform/config/configuration.js';

/** What a configuration that is refused says, a sentence for each setting; empty when it is taken. */
export function sentencesOf(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.sentences;
    throw error;
  }
  return [];
}
