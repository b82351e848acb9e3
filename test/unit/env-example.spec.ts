import { readFileSync } from 'node:fs';
import { allSections } from '../../src/platform/config/all-sections.js';
import { renderEnvExample } from '../../src/platform/config/env-example.js';
import { settingsOf } from '../../src/platform/config/from-env.js';
import { loadConfiguration } from '../../src/platform/config/load-configuration.js';

const text = (): string => readFileSync('.env.example', 'utf8');

describe('.env.example', () => {
  it('is what `npm run env:example` writes', () => {
    expect(text()).toBe(renderEnvExample(allSections));
  });

  it('lists every setting once', () => {
    const listed = [...text().matchAll(/^#([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);
    const declared = allSections.flatMap((section) => settingsOf(section).map(({ name }) => name));
    expect(listed).toEqual(declared);
    expect(new Set(declared).size).toBe(declared.length);
  });

  it('changes nothing when it is used as it is', () => {
    const asIs = loadConfiguration(allSections, {}, '.env.example');
    const defaults = loadConfiguration(allSections, {}, '/nonexistent/.env');
    for (const section of allSections) expect(asIs.get(section)).toEqual(defaults.get(section));
  });

  it('shows defaults that are valid when written out', () => {
    const lines = [...text().matchAll(/^#([A-Z][A-Z0-9_]*=.+)$/gm)].map(([, line]) =>
      (line ?? '').split(/=(.*)/s),
    );
    const env = Object.fromEntries(lines.map(([name, value]) => [name, value]));
    const written = loadConfiguration(allSections, env, '/nonexistent/.env');
    const defaults = loadConfiguration(allSections, {}, '/nonexistent/.env');
    for (const section of allSections) expect(written.get(section)).toEqual(defaults.get(section));
  });
});
