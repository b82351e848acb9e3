import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { validateSync } from 'class-validator';
import { allSections } from './all-sections.js';
import { coerce } from './coerce.js';
import { Configuration, ConfigurationError } from './configuration.js';
import { settingsOf, type SettingDescription } from './from-env.js';
import { nearest } from './nearest.js';
import type { Section, WithRequirements } from './section.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads, coerces and validates the settings. A variable of the process wins over `.env`; an empty one counts as
 * unset. Everything that is wrong is collected and thrown as one `ConfigurationError`.
 * @param envFile default: `.env` in the working directory. May be missing.
 */
export function loadConfiguration(
  sections: readonly Section[] = allSections,
  env: Environment = process.env,
  envFile: string = resolve('.env'),
): Configuration {
  const fromFile = readEnvFile(envFile);
  const sentences = unknownKeys(fromFile, [...new Set([...allSections, ...sections])]);
  const text = { ...fromFile, ...withoutEmpty(env) };
  const instances = new Map<Section, object>();
  for (const section of sections) {
    const { instance, faults } = readSection(section, text);
    instances.set(section, instance);
    sentences.push(...faults);
  }
  if (sentences.length === 0) sentences.push(...unmetRequirements(new Configuration(instances)));
  if (sentences.length > 0) throw new ConfigurationError(sentences);
  for (const instance of instances.values()) deepFreeze(instance);
  return new Configuration(instances);
}

function readEnvFile(path: string): Record<string, string> {
  try {
    return parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigurationError([`The file ${path} cannot be read: ${(error as Error).message}`]);
  }
}

const withoutEmpty = (env: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])));

function unknownKeys(fromFile: Record<string, string>, sections: Section[]): string[] {
  const names = sections.flatMap((section) => settingsOf(section).map((setting) => setting.name));
  return Object.keys(fromFile)
    .filter((key) => !names.includes(key))
    .map((key) => {
      const suggestion = nearest(key, names);
      const hint = suggestion ? ` Did you mean ${suggestion}?` : ' .env.example lists every setting.';
      return `${key} in .env is not a setting.${hint}`;
    });
}

function readSection(section: Section, text: Record<string, string>): { instance: object; faults: string[] } {
  const instance = new section() as Record<string, unknown>;
  const faults: string[] = [];
  const settings = settingsOf(section);
  for (const setting of settings) {
    const given = text[setting.name]?.trim();
    if (!given) continue;
    const value = coerce(section, setting, instance[setting.property], given);
    if (value.ok) instance[setting.property] = value.value;
    else faults.push(sentence(setting, value.expected, given));
  }
  if (faults.length > 0) return { instance, faults };
  for (const error of validateSync(instance, { forbidUnknownValues: false })) {
    const setting = settings.find(({ property }) => property === error.property);
    if (!setting) throw new Error(`${section.name}.${error.property} is validated but has no @FromEnv.`);
    const messages = Object.values(error.constraints ?? {}).map((message) => named(message, setting));
    faults.push(sentence(setting, messages.join('; '), text[setting.name]));
  }
  return { instance, faults };
}

/** class-validator speaks of the property; people know the variable. */
const named = (message: string, setting: SettingDescription): string =>
  message.replace(
    new RegExp(`^(each value in )?(${setting.property}|${setting.name}) `),
    (_, each?: string) => (each ? 'each value ' : ''),
  );

function sentence(setting: SettingDescription, expected: string, given: string | undefined): string {
  const shown = !given
    ? 'is not set'
    : `is ${setting.secret ? '(hidden)' : JSON.stringify(given.slice(0, 200))}`;
  return `${setting.name} ${shown}, but ${expected}. ${setting.description}`;
}

function unmetRequirements(configuration: Configuration): string[] {
  return configuration.sections.flatMap((section) => {
    const instance = configuration.get(section) as Partial<WithRequirements>;
    return instance.requirements?.((other) => configuration.get(other)) ?? [];
  });
}

function deepFreeze(instance: object): void {
  for (const value of Object.values(instance)) if (Array.isArray(value)) Object.freeze(value);
  Object.freeze(instance);
}
