import { Connection, ServerError } from '../connection.js';
import { isRunning, startLocalServer } from '../local-server.js';
import { parseAskArguments, usage, UsageError } from './arguments.js';
import { askFile, AskFailure, sizeOfFile } from './ask-file.js';
import { ProgressLine, type Output } from './terminal.js';

export interface AskEnvironment {
  out: Output;
  err: Output;
  /** A server somewhere; null: the local one. */
  url: string | null;
  /** Where the local server listens, if it runs. */
  localUrl: string;
  token: string | null;
  /** Compiled entry point of the all-in-one server. */
  serverEntry: string;
  /** Calls back on each Ctrl-C. */
  onInterrupt: (listener: () => void) => void;
}

export const exitCodes = { answered: 0, failed: 1, usage: 2, cancelled: 130 } as const;

/** The command, from its words to its exit code. */
export async function runAsk(words: string[], environment: AskEnvironment): Promise<number> {
  const { out, err } = environment;
  try {
    const request = parseAskArguments(words);
    if (request === 'help') {
      out.write(usage);
      return exitCodes.answered;
    }
    await sizeOfFile(request.file);
    return await withInterrupts(environment, async (session) => {
      const token = request.token ?? environment.token;
      const server = await serverFor(request.url ?? environment.url, environment, session.signal);
      try {
        const connection = new Connection(server.url, token);
        const message = await askFile(connection, request, { out, err, ...session });
        return message.status === 'cancelled' ? exitCodes.cancelled : exitCodes.answered;
      } finally {
        await server.stop();
      }
    });
  } catch (error) {
    return report(error, err);
  }
}

/** The first Ctrl-C cancels the answer, if one runs; the next, or the first before that, gives up. */
async function withInterrupts(
  { onInterrupt, err }: AskEnvironment,
  work: (session: {
    signal: AbortSignal;
    onAnswering: (cancel: () => Promise<void>) => void;
  }) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  let cancel: (() => Promise<void>) | undefined;
  onInterrupt(() => {
    const cancelOnce = cancel;
    cancel = undefined;
    if (!cancelOnce) return stop.abort(new Interrupted());
    err.write('\n(Cancelling. Ctrl-C again to leave at once.)\n');
    // An answer that cannot be cancelled has just ended: its last event is on its way.
    cancelOnce().catch((error: unknown) => {
      if (!(error instanceof ServerError && error.status === 409)) stop.abort(error);
    });
  });
  try {
    return await work({ signal: stop.signal, onAnswering: (cancelAnswer) => (cancel = cancelAnswer) });
  } catch (error) {
    // What is aborted throws errors of its own kind; the reason is the one that counts.
    stop.signal.throwIfAborted();
    throw error;
  }
}

class Interrupted extends Error {}

async function serverFor(
  url: string | null,
  { localUrl, token, serverEntry, err }: AskEnvironment,
  signal: AbortSignal,
): Promise<{ url: string; stop(): Promise<void> }> {
  const stop = async (): Promise<void> => undefined;
  if (url !== null) return { url, stop };
  if (await isRunning(new Connection(localUrl, token))) return { url: localUrl, stop };
  const progress = new ProgressLine(err);
  progress.show(`no server at ${localUrl}: starting one`, null);
  const server = await progress.around(() => startLocalServer(serverEntry, signal));
  progress.done(`started a server at ${server.url}`);
  return server;
}

function report(error: unknown, err: Output): number {
  if (error instanceof Interrupted) return exitCodes.cancelled;
  if (error instanceof UsageError) {
    err.write(`${error.message}\nnpm run ask -- --help says more.\n`);
    return exitCodes.usage;
  }
  if (error instanceof ServerError && error.status === 401) {
    err.write(`${error.message}\nGive a key with --token or PROTOSTAR_TOKEN; \`npm run key\` makes one.\n`);
    return exitCodes.failed;
  }
  if (error instanceof ServerError && error.retryAfterSeconds !== null) {
    err.write(`${error.message}\nTry again in ${error.retryAfterSeconds} s.\n`);
    return exitCodes.failed;
  }
  const known = error instanceof AskFailure || error instanceof ServerError || error instanceof Error;
  err.write(`${known ? error.message : String(error)}\n`);
  return exitCodes.failed;
}
