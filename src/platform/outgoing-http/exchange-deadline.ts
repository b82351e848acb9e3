import { OutgoingHttpError } from './outgoing-http.port.js';

/** One exchange's time, and what became of it when something inside fails. */
export class ExchangeDeadline {
  readonly signal: AbortSignal;
  private readonly late = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(
    limitMs: number,
    private readonly caller: AbortSignal | undefined,
  ) {
    this.timer = setTimeout(() => this.late.abort(new OutgoingHttpError('too-slow')), limitMs);
    this.signal = caller ? AbortSignal.any([this.late.signal, caller]) : this.late.signal;
  }

  release(): void {
    clearTimeout(this.timer);
  }

  /** Aborting makes streams and sockets fail in many ways; the reason of the abort is the cause of them all. */
  explain(error: unknown): unknown {
    if (this.caller?.aborted) return this.caller.reason;
    if (this.late.signal.aborted) return this.late.signal.reason;
    if (error instanceof OutgoingHttpError) return error;
    return new OutgoingHttpError(isDecoderError(error) ? 'undecodable' : 'unreachable', { cause: error });
  }
}

/** zlib's are Z_DATA_ERROR and the like, Brotli's ERR__ERROR_FORMAT_… */
const isDecoderError = (error: unknown): boolean =>
  /^(?:Z_|ERR__ERROR_|ERR_BROTLI)/.test(String((error as NodeJS.ErrnoException | undefined)?.code));
