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

  private read(name: string, fallback: number, what: string, is: (value: number) => boolean): number {
    const text = process.env[name];
    const value = text ? Number(text) : fallback;
    if (is(value) && value >= 0) return value;
    console.error(`${name} must be ${what}, not "${text}".\n\n${this.usage}`);
    process.exit(2);
  }
}
