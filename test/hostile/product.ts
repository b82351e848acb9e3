import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { listeningUrl } from '../listening-line.js';
import { memoryMibOf } from '../process-memory.js';

export interface Folders {
  data: string;
  /** Where it is started, and where temporary files would go: both must stay empty. */
  cwd: string;
  tmp: string;
}

const sampleMs = 100;

/** The built product on the embedded profile, watched from outside. */
export class Product {
  url = '';
  /** In MiB: what it had once it listened, its peak, and the largest of the parsers' processes. */
  readonly memory = { atStart: 0, peak: 0, peakOfParser: 0 };
  /** Of `/health/live`, asked all the time: how long it ever took. */
  slowestAnswerMs = 0;
  /** Its log lines of level error and above. */
  readonly errors: string[] = [];
  private readonly child: ChildProcess;
  private readonly exited: Promise<[number | null, NodeJS.Signals | null]>;
  private ended = false;
  private stopping = false;
  private watching: Promise<void>[] = [];

  constructor(folders: Folders, env: Record<string, string>, logFile: string) {
    this.child = spawn(process.execPath, ['--enable-source-maps', resolve('dist/main/standalone.js')], {
      cwd: folders.cwd,
      env: {
        PATH: process.env.PATH,
        TMPDIR: folders.tmp,
        HOME: folders.tmp,
        PORT: '0',
        DATA_DIR: folders.data,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    void this.exited.then(() => (this.ended = true));
    this.log(logFile);
  }

  /** Resolves once it listens. */
  async started(): Promise<void> {
    const lines = createInterface({ input: this.child.stdout! });
    const listening = new Promise<string>((found) => {
      lines.on('line', (line) => {
        const url = listeningUrl(line);
        if (url) found(url);
        if (/"level":"?(?:error|fatal|50|60)\b/.test(line)) this.errors.push(line);
      });
    });
    const died = this.exited.then(([code]) =>
      Promise.reject(new Error(`The server ended at its start (${code}).`)),
    );
    this.url = await Promise.race([listening, died]);
    died.catch(() => undefined);
    this.memory.atStart = this.memory.peak = residentMb(this.child.pid!);
    this.watching = [this.watchMemory(), this.watchAnswers()];
  }

  get isAlive(): boolean {
    return !this.ended;
  }

  /** @returns the exit code, and the parsers that outlived it. */
  async stop(): Promise<{ exit: number | string | null; orphans: number[] }> {
    this.stopping = true;
    await Promise.all(this.watching);
    const parsers = this.ended ? [] : await childrenOf(this.child.pid!);
    this.child.kill('SIGTERM');
    const [code, signal] = await this.exited;
    const alive = await Promise.all(parsers.map(async (pid) => ((await isParser(pid)) ? [pid] : [])));
    return { exit: code ?? signal, orphans: alive.flat() };
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private log(file: string): void {
    const sink = createWriteStream(file);
    this.child.stdout!.pipe(sink, { end: false });
    this.child.stderr!.pipe(sink, { end: false });
    void this.exited.then(() => sink.end());
  }

  private async watchMemory(): Promise<void> {
    while (!this.stopping && !this.ended) {
      const pid = this.child.pid!;
      this.memory.peak = Math.max(this.memory.peak, residentMb(pid));
      for (const child of await childrenOf(pid))
        this.memory.peakOfParser = Math.max(this.memory.peakOfParser, residentMb(child));
      await sleep(sampleMs);
    }
  }

  private async watchAnswers(): Promise<void> {
    while (!this.stopping && !this.ended) {
      const from = performance.now();
      // a server that is gone answers nothing: that is judged by its exit
      await fetch(`${this.url}/health/live`).catch(() => undefined);
      this.slowestAnswerMs = Math.max(this.slowestAnswerMs, Math.round(performance.now() - from));
      await sleep(sampleMs);
    }
  }
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** A process that has just gone has no entry any more, and no memory. */
const gone = (): string => '';

const residentMb = (pid: number): number => Math.round(memoryMibOf(pid, 'VmRSS') ?? 0);

const childrenOf = async (pid: number): Promise<number[]> => {
  const threads = await readdir(`/proc/${pid}/task`).catch((): string[] => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(gone)),
  );
  return lists.flatMap((list) => list.trim().split(' ').filter(Boolean).map(Number));
};

const isParser = async (pid: number): Promise<boolean> =>
  (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(gone)).includes('extraction-child');
