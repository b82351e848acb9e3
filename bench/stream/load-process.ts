import type { ChildProcess } from 'node:child_process';
import type { Asking, Heard } from './load-client.js';

type Said = { flowing?: true; finished?: Heard[]; tokens?: number };
type Ask = { ask: Asking[] } | { read: string[] };

/** A process that puts load on something: told what to ask, it says when all flows, how much it has, and what it heard. */
export class LoadProcess {
  private readonly waiting = new Map<
    keyof Said,
    { resolve: (value: unknown) => void; reject: (e: Error) => void }
  >();

  constructor(private readonly child: ChildProcess) {
    child.on('message', (message: Said) => {
      for (const [what, value] of Object.entries(message)) {
        this.waiting.get(what as keyof Said)?.resolve(value);
        this.waiting.delete(what as keyof Said);
      }
    });
    child.on('exit', () => {
      for (const { reject } of this.waiting.values()) reject(new Error('The load process has ended.'));
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Two promises: all have begun, all have ended. */
  start(ask: Ask): { flowing: Promise<unknown>; finished: Promise<Heard[]> } {
    const [flowing, finished] = [this.said('flowing'), this.said('finished') as Promise<Heard[]>];
    this.child.send(ask);
    return { flowing, finished };
  }

  /** Tokens so far. */
  count(): Promise<number> {
    const counted = this.said('tokens') as Promise<number>;
    this.child.send({ count: true });
    return counted;
  }

  private said(what: keyof Said): Promise<unknown> {
    const promise = new Promise((resolve, reject) => this.waiting.set(what, { resolve, reject }));
    // Not everybody waits for everything, least of all after another failure.
    promise.catch(() => undefined);
    return promise;
  }
}
