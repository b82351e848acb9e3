import { AsyncLocalStorage } from 'node:async_hooks';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';

/** What one call to the store has seen so far; the client reports too little of it. */
export interface S3Call {
  signal: AbortSignal;
  /** Status of the last answer. */
  status?: number;
}

/** The server answered that it cannot now: these pass by themselves. */
export class S3BusyError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
    this.name = 'S3BusyError';
  }
}

const busyStatuses = new Set([408, 429, 499, 500, 502, 503, 504, 520]);

/**
 * Carries the requests of the S3 client, which knows neither time limits nor aborting: a request ends with the call
 * it belongs to, and a connection that stays silent is closed.
 */
export class S3Transport {
  readonly agent: http.Agent;
  private readonly calls = new AsyncLocalStorage<S3Call>();

  constructor(
    private readonly secure: boolean,
    private readonly silenceMs: number,
  ) {
    const options = { keepAlive: true };
    this.agent = secure ? new https.Agent(options) : new http.Agent(options);
  }

  /** Every request that `work` makes ends when the signal aborts. */
  during<T>(call: S3Call, work: () => Promise<T>): Promise<T> {
    return this.calls.run(call, work);
  }

  /** `http.request` as the client calls it. */
  request(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest {
    const call = this.calls.getStore();
    let answer: IncomingMessage | undefined;
    const receive = (response: IncomingMessage): void => {
      answer = response;
      const status = response.statusCode ?? 0;
      if (call) call.status = status;
      // Left to the client, the answer would be dropped unread and its connection with it.
      if (busyStatuses.has(status)) request.destroy(new S3BusyError(status));
      else onResponse(response);
    };
    const request = (this.secure ? https : http).request({ ...options, signal: call?.signal }, receive);
    request.once('socket', (socket) => {
      const onSilence = (): void => {
        // Unread bytes: it is the reader who takes their time, not the server.
        if (answer && answer.readableLength > 0) socket.setTimeout(this.silenceMs);
        else (answer ?? request).destroy(new Error(`no byte came within ${this.silenceMs} ms`));
      };
      socket.setTimeout(this.silenceMs).on('timeout', onSilence);
      request.once('close', () => socket.off('timeout', onSilence));
    });
    return request;
  }

  close(): void {
    this.agent.destroy();
  }
}
