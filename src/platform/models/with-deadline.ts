import { modelUnavailable } from './model-error.js';

export interface StreamDeadlines {
  firstMs: number;
  idleMs: number;
}

/**
 * Passes a stream on while its parts keep coming: `controller` is aborted, which closes the connection, when the
 * first or the next part is late or `signal` aborts. Leaving the loop early closes the connection too.
 */
export async function* withDeadlines<Part>(
  open: () => Promise<AsyncIterable<Part>>,
  controller: AbortController,
  deadlines: StreamDeadlines,
  signal: AbortSignal,
): AsyncGenerator<Part> {
  signal.throwIfAborted();
  let giveUp: (reason: unknown) => void = () => undefined;
  const stop = (reason: unknown): void => {
    controller.abort(reason);
    giveUp(reason);
  };
  // For each wait a promise of its own: what is raced against one promise stays with it until that one has settled.
  const unlessStopped = <Result>(work: Promise<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      giveUp = reject;
      work.then(resolve, reject);
    });
  const onAbort = (): void => stop(signal.reason);
  signal.addEventListener('abort', onAbort);
  let timer = setTimeout(() => stop(late('to answer')), deadlines.firstMs);
  let waiting = true;
  try {
    const iterator = (await unlessStopped(open()))[Symbol.asyncIterator]();
    let next = await unlessStopped(iterator.next());
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (waiting) stop(late('to go on'));
    }, deadlines.idleMs);
    while (!next.done) {
      waiting = false;
      yield next.value;
      signal.throwIfAborted();
      waiting = true;
      timer.refresh();
      next = await unlessStopped(iterator.next());
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    controller.abort();
  }
}

const late = (what: string): Error => modelUnavailable(`The language model server took too long ${what}.`);
