/** Settings of a command from the environment. With `--help` it prints its usage and ends; what is wrong ends it too. */
export class CommandSettings {
  constructor(private readonly usage: string) {
    if (!process.argv.includes('--help')) return;
    console.log(usage);
    process.exit(0);
  }

  /** Not negative. */
  number(name: string, fallback: number): number {
    return this.read(name, fallback, 'a number', Number.isFinite);
  }

  /** Not negative. */
  wholeNumber(name: string, fallback: number): number {
    return this.read(name, fallback, 'a whole number', Number.isInteger);
  }

  /** Parts between commas, each as `pattern` says. */
  list(name: string, fallback: string, pattern: RegExp): string[] {
    const parts = (process.env[name] || fallback).split(',');
    const wrong = parts.find((part) => !pattern.test(part));
    if (wrong === undefined) return parts;
    return this.refuse(name, `parts like ${fallback.split(',')[0]}, with commas between them`, wrong);
  }

  private read(name: string, fallback: number, what: string, is: (value: number) => boolean): number {
    const text = process.env[name];
    const value = text ? Number(text) : fallback;
    if (is(value) && value >= 0) return value;
    return this.refuse(name, what, String(text));
  }

  private refuse(name: string, what: string, given: string): never {
    console.error(`${name} must be ${what}, not "${given}".\n\n${this.usage}`);
    process.exit(2);
  }
}
