import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FilePromptLibrary } from './file-prompt-library.js';
import { promptNames } from './prompt-library.port.js';

const folderWith = (text: (name: string) => string): URL => {
  const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
  for (const name of promptNames) {
    for (const language of ['ko', 'en']) writeFileSync(join(folder, `${name}.${language}.md`), text(name));
  }
  return pathToFileURL(`${folder}/`);
};

describe('FilePromptLibrary', () => {
  it('fills the placeholders of the shipped prompts', () => {
    const library = new FilePromptLibrary();
    const prompt = library.get('answer-knowledge', 'ko', { nonce: 'abc' });
    expect(prompt.text).toContain('<data-abc>');
    expect(prompt.text).not.toContain('{{');
    expect(prompt.text).not.toContain('version:');
    expect(prompt.id).toBe('answer-knowledge.ko@2');
  });

  it('refuses a placeholder without a value and a value without a placeholder', () => {
    const library = new FilePromptLibrary();
    expect(() => library.get('answer-page', 'en')).toThrow('needs "nonce"');
    expect(() => library.get('answer-plain', 'en', { nonce: 'abc' })).toThrow('has no "nonce"');
  });

  it('does not fill placeholders that a value brings along', () => {
    const library = new FilePromptLibrary(folderWith(() => '---\nversion: 2\n---\nA {{one}} {{two}}\n'));
    expect(library.get('summarise', 'en', { one: '{{two}}', two: 'B' }).text).toBe('A {{two}} B');
  });

  it('stops at start when a file states no version', () => {
    expect(() => new FilePromptLibrary(folderWith(() => 'text'))).toThrow('front matter');
  });
});
