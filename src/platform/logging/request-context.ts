import { AsyncLocalStorage } from 'node:async_hooks';

/** What every line of log and every dispatched job of one request (or one job) shares. */
export interface RequestContext {
  requestId: string | null;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work`, and everything that it starts, as part of this request. */
export const runInRequestContext = <T>(context: RequestContext, work: () => T): T =>
  storage.run(context, work);

/** Null outside of any request: at start-up, in sweeps. */
export const currentRequestId = (): string | null => storage.getStore()?.requestId ?? null;
