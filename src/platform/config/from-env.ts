import 'reflect-metadata';

export interface SettingDescription {
  /** Environment variable. */
  name: string;
  property: string;
  /** One or two sentences: what it does, unit, what is allowed. Becomes the comment in `.env.example`. */
  description: string;
  secret: boolean;
}

const settingsKey = Symbol('protostar:settings');

/**
 * Binds a property of a config section to an environment variable. The property's initial value is the default;
 * its declared type (string, number, boolean, string[] = comma-separated) decides how the text is read;
 * class-validator decorators beside it say what is allowed.
 */
export const FromEnv =
  (name: string, description: string, options: { secret?: boolean } = {}): PropertyDecorator =>
  (target, property) => {
    const known = (Reflect.getOwnMetadata(settingsKey, target.constructor) ?? []) as SettingDescription[];
    const setting = { name, property: String(property), description, secret: options.secret ?? false };
    Reflect.defineMetadata(settingsKey, [...known, setting], target.constructor);
  };

export const settingsOf = (section: new () => object): SettingDescription[] =>
  (Reflect.getOwnMetadata(settingsKey, section) ?? []) as SettingDescription[];
