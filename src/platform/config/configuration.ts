import type { Section } from './section.js';

/** The validated settings: one frozen instance for each section. */
export class Configuration {
  constructor(private readonly instances: ReadonlyMap<Section, object>) {}

  get<T extends object>(section: Section<T>): T {
    const instance = this.instances.get(section);
    if (!instance) throw new Error(`The config section ${section.name} was not loaded.`);
    return instance as T;
  }

  get sections(): Section[] {
    return [...this.instances.keys()];
  }
}

/** The settings are wrong; `sentences` says which and what is allowed. The start stops with them. */
export class ConfigurationError extends Error {
  constructor(readonly sentences: string[]) {
    super(sentences.join('\n'));
    this.name = 'ConfigurationError';
  }
}
