import { fork, spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { killed } from './kill-child.js';

/** The processes of the built product, each with the same folder and settings. */
export class Processes {
  private readonly children: ChildProcess[] = [];

  constructor(
    private readonly cwd: string,
    private readonly env: Record<string, string>,
    private readonly execArgv: string[] = [],
  ) {}

  /** @returns what `ready` finds in a line that the process says */
  async start(role: string, ready: (line: string) => string | undefined): Promise<string> {
    return (await this.started(role, ready)).said;
  }

  async started(
    role: string,
    ready: (line: string) => string | undefined,
  ): Promise<{ said: string; child: ChildProcess }> {
    const child = spawn(process.execPath, [...this.execArgv, resolve(`dist/main/${role}.js`)], {
      cwd: this.cwd,
      env: this.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.children.push(child);
    const said = await new Promise<string>((found, failed) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const text = ready(line);
        if (text !== undefined) found(text);
        else if (/"level":"(?:warn|error|fatal)"/.test(line)) console.error(`${role}: ${line}`);
      });
      child.once('exit', (code) => failed(new Error(`${role} ended (${code})`)));
    });
    return { said, child };
  }

  async end(signal?: NodeJS.Signals): Promise<void> {
    await Promise.all(this.children.map((child) => killed(child, signal)));
  }
}

/** A worker says this when it has started. */
export const instanceStarted = (line: string): string | undefined =>
  /"msg":"instance\.started"/.exec(line)?.[0];

/** A process of the measurement's own, that tells by its first message where it listens. */
export async function forked(
  module: string,
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(resolve(import.meta.dirname, module), { env: { ...process.env, ...env } });
  const url = await new Promise<string>((found, failed) => {
    child.once('message', (said) => found((said as { url: string }).url));
    child.once('exit', (code) => failed(new Error(`${module} ended (${code})`)));
  });
  return { child, url };
}
