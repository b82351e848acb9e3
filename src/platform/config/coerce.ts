import 'reflect-metadata';
import type { SettingDescription } from './from-env.js';
import type { Section } from './section.js';

export type Coerced = { ok: true; value: unknown } | { ok: false; expected: string };

/** Reads a variable's text as the type that its property has: by its default value, else as declared. */
export function coerce(
  section: Section,
  setting: SettingDescription,
  initial: unknown,
  text: string,
): Coerced {
  switch (typeName(section, setting, initial)) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text)
        ? { ok: true, value: Number(text) }
        : { ok: false, expected: 'must be a number in plain digits' };
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { ok: true, value: text === 'true' }
        : { ok: false, expected: 'must be true or false' };
    case 'list':
      return { ok: true, value: [...new Set(text.split(',').map((part) => part.trim()))].filter(Boolean) };
    case 'string':
      return { ok: true, value: text };
  }
}

type TypeName = 'number' | 'boolean' | 'list' | 'string';

function typeName(section: Section, setting: SettingDescription, initial: unknown): TypeName {
  if (Array.isArray(initial)) return 'list';
  if (typeof initial === 'number' || typeof initial === 'boolean' || typeof initial === 'string') {
    return typeof initial as TypeName;
  }
  const declared = Reflect.getMetadata(
    'design:type',
    section.prototype as object,
    setting.property,
  ) as unknown;
  if (declared === Number) return 'number';
  if (declared === Boolean) return 'boolean';
  return declared === Array ? 'list' : 'string';
}
