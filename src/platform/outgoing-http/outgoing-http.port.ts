import type { Readable } from 'node:stream';

export interface OutgoingRequest {
  /** As a stranger gave it; it is judged before anything is sent. */
  url: string;
  /** Default GET. */
  method?: 'GET' | 'HEAD' | 'POST';
  /** What belongs to the connection (`host`, `content-length`, `accept-encoding` …) and cookies are left out. */
  headers?: Readonly<Record<string, string>>;
  body?: Buffer;
  /** How many redirects to follow, at most 5 (the default); with 0 a redirect is an answer like any other. */
  redirects?: number;
  /** Most bytes of the body, counted before and after decompression. */
  maxBytes: number;
  /** For the whole exchange, body and redirects included; default: the setting `FETCH_TIMEOUT_MS`, which also bounds it. */
  timeoutMs?: number;
  /** Asked before each request, that of a redirect too; what it throws ends the exchange. */
  admit?(url: URL): Promise<void>;
  signal?: AbortSignal;
}

export interface OutgoingResponse {
  status: number;
  /** By lower-case name; several of one name are joined by a comma. */
  headers: Readonly<Record<string, string>>;
  /** Where the answer came from, after redirects; without a fragment. */
  url: URL;
  /** Decompressed. Read it to its end or destroy it: the connection lives until then. Fails with `OutgoingHttpError`. */
  body: Readable;
}

/**
 * - `refused`: the URL, or one it leads to, is not to be fetched. Which rule it breaks stands in the log alone: an
 *   answer that told would let a stranger map the network behind us.
 * - `unreachable`: no connection, a broken one, or an answer that is not HTTP
 * - `too-slow`, `too-large`: a bound of the request
 * - `undecodable`: compressed in a way that was not asked for, or damaged
 */
export type OutgoingFailure = 'refused' | 'unreachable' | 'too-slow' | 'too-large' | 'undecodable';

const sentences: Record<OutgoingFailure, string> = {
  refused: 'The URL cannot be used.',
  unreachable: 'The server could not be reached, or broke the connection off.',
  'too-slow': 'The server took too long.',
  'too-large': 'The answer is larger than allowed.',
  undecodable: 'The answer is compressed in a way that cannot be read.',
};

export class OutgoingHttpError extends Error {
  constructor(
    readonly failure: OutgoingFailure,
    options?: { cause?: unknown },
  ) {
    super(sentences[failure], options);
    this.name = 'OutgoingHttpError';
  }

  /** The same request may succeed later. */
  get passing(): boolean {
    return this.failure === 'unreachable' || this.failure === 'too-slow';
  }
}

/**
 * Sends requests to addresses that strangers choose: to public addresses only, on ports 80 and 443, never through a
 * proxy of the environment, without cookies.
 */
export abstract class OutgoingHttp {
  /**
   * Judges what can be judged without asking anyone.
   * @returns the URL as it would be requested: normalised, without a fragment
   * @throws OutgoingHttpError `refused`
   */
  abstract check(url: string): URL;

  /**
   * Answers as soon as the head of the answer is there, whatever its status.
   * @throws OutgoingHttpError, what `admit` throws, or the signal's reason
   */
  abstract send(request: OutgoingRequest): Promise<OutgoingResponse>;
}
