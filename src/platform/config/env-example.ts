import { settingsOf } from './from-env.js';
import type { Section } from './section.js';

const lineWidth = 100;

/** The text of `.env.example`: every setting with its comment and default, nothing switched on. */
export function renderEnvExample(sections: readonly Section[]): string {
  const parts = sections.map((section) => {
    const defaults = new section() as Record<string, unknown>;
    const settings = settingsOf(section).map(({ name, description, property }) =>
      [...comment(description), `#${name}=${shown(defaults[property])}`].join('\n'),
    );
    return settings.join('\n\n');
  });
  return `# Settings of Protostar. Copy to .env and remove the # of what you change; the values shown are the
# defaults. A variable of the process wins over .env. Unknown names are refused.

${parts.join('\n\n')}
`;
}

const shown = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.join(',') : String(value as string | number | boolean);
};

/** Wrapped at words. */
function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
