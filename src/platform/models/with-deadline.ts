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
  let rejectAll: (reason: unknown) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => (rejectAll = reject));
  stopped.catch(() => undefined);
  const stop = (reason: unknown): void => {
    rejectAll(reason);
    controller.abort(reason);
  };
  const onAbort = (): void => stop(signal.reason);
  signal.addEventListener('abort', onAbort);
  let timer = setTimeout(() => stop(late('to answer')), deadlines.firstMs);
  try {
    const iterator = (await Promise.race([open(), stopped]))[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([iterator.next(), stopped]);
      if (next.done) return;
      clearTimeout(timer);
      yield next.value;
      signal.throwIfAborted();
      timer = setTimeout(() => stop(late('to go on')), deadlines.idleMs);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    controller.abort();
  }
}

const late = (what: string): Error => modelUnavailable(`The language model server took too long ${what}.`);
