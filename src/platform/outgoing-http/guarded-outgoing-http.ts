import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { unlessAborted } from '../../shared/unless-aborted.js';
import type { FetchConfig } from '../config/fetch.config.js';
import type { Logger } from '../logging/logger.port.js';
import { AllowedHosts } from './allowed-hosts.js';
import { ExchangeDeadline } from './exchange-deadline.js';
import { HostUnknown, type HostResolver } from './host-resolver.js';
import {
  OutgoingHttp,
  OutgoingHttpError,
  type OutgoingRequest,
  type OutgoingResponse,
} from './outgoing-http.port.js';
import { acceptedEncodings, receiveBody } from './received-body.js';
import { checkAddress, checkRedirect, checkUrl, UrlRefusal, type CheckedUrl } from './url-guard.js';

const mostRedirects = 5;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
/** Not handed on to another origin. */
const secretHeaders = new Set(['authorization', 'x-api-key']);

/** Of the connection, or of somebody's session: not for a caller to set. */
const withheldHeader = /^(?:cookie|expect|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/;

type Sent = Pick<OutgoingRequest, 'method' | 'headers' | 'body'>;

/**
 * Node's own client, one connection for each request. A name is resolved once for each request, every address is
 * judged, and the connection goes to those very addresses: what the name means a moment later does not matter. TLS
 * and `Host` still speak of the name.
 */
export class GuardedOutgoingHttp extends OutgoingHttp {
  private readonly allowedHosts: AllowedHosts;
  /** Of our own, so that neither a proxy of the environment nor a connection that another part opened is used. */
  private readonly agents = {
    'http:': new http.Agent({ keepAlive: false }),
    'https:': new https.Agent({ keepAlive: false, maxCachedSessions: 0 }),
  };

  constructor(
    private readonly config: FetchConfig,
    private readonly resolver: HostResolver,
    private readonly logger: Logger,
  ) {
    super();
    this.allowedHosts = new AllowedHosts(config.allowedHosts);
  }

  check(url: string): URL {
    try {
      return checkUrl(url, this.allowedHosts).url;
    } catch (error) {
      throw this.refused(error);
    }
  }

  async send(request: OutgoingRequest): Promise<OutgoingResponse> {
    const limitMs = Math.min(request.timeoutMs ?? this.config.timeoutMs, this.config.timeoutMs);
    const deadline = new ExchangeDeadline(limitMs, request.signal);
    try {
      return await this.follow(request, deadline);
    } catch (error) {
      deadline.release();
      throw error instanceof AdmissionRefused ? error.cause : deadline.explain(this.refused(error));
    }
  }

  /** The one place where it is said which rule was broken. */
  private refused(error: unknown): unknown {
    if (!(error instanceof UrlRefusal)) return error;
    this.logger.warn('outgoing-http.refused', { reason: error.reason, ...error.detail });
    return new OutgoingHttpError('refused', { cause: error });
  }

  private async follow(request: OutgoingRequest, deadline: ExchangeDeadline): Promise<OutgoingResponse> {
    const redirects = Math.min(request.redirects ?? mostRedirects, mostRedirects);
    let target = checkUrl(request.url, this.allowedHosts);
    let sent: Sent = request;
    for (let followed = 0; ; followed++) {
      await admit(request, target.url, deadline.signal);
      const answer = await this.exchange(target, sent, deadline.signal);
      const location = redirects > 0 ? redirectOf(answer) : undefined;
      if (location === undefined) {
        const body = receiveOrClose(answer, request.maxBytes, deadline);
        return { status: answer.statusCode ?? 0, headers: plainHeaders(answer), url: target.url, body };
      }
      answer.destroy();
      if (followed === redirects) throw new UrlRefusal('too many redirects', { host: target.host });
      const next = checkRedirect(location, target.url, this.allowedHosts);
      sent = redirected(sent, answer.statusCode, next.url.origin === target.url.origin);
      target = next;
    }
  }

  private async exchange(target: CheckedUrl, sent: Sent, signal: AbortSignal): Promise<IncomingMessage> {
    const addresses = await this.resolve(target, signal);
    const { url, host, port } = target;
    const secure = url.protocol === 'https:';
    const options: RequestOptions & https.RequestOptions = {
      agent: this.agents[secure ? 'https:' : 'http:'],
      host,
      port,
      path: `${url.pathname}${url.search}`,
      method: sent.method ?? 'GET',
      headers: this.headersOf(target, sent),
      setHost: false,
      insecureHTTPParser: false,
      lookup: pinned(addresses),
      signal,
      // An address has no name to be asked for; its certificate must name the address.
      ...(secure ? { servername: isIP(host) ? '' : host, rejectUnauthorized: true } : {}),
    };
    return new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(options, resolve);
      request.on('error', reject);
      this.endWhenSilent(request);
      request.end(sent.body);
    });
  }

  /** Also an address is judged here: it is what the connection will be made to. */
  private async resolve(target: CheckedUrl, signal: AbortSignal): Promise<string[]> {
    const { host, allowed } = target;
    if (isIP(host) !== 0) return [host];
    let addresses: string[];
    try {
      addresses = await unlessAborted(this.resolver.resolve(host, allowed, signal), signal);
    } catch (error) {
      // Told apart from a name that leads inside, it would say which names there are.
      if (error instanceof HostUnknown) throw new UrlRefusal('name without address', { host });
      throw error;
    }
    for (const address of addresses) checkAddress(address, target, this.allowedHosts);
    return addresses;
  }

  private headersOf({ url, host }: CheckedUrl, sent: Sent): Record<string, string> {
    const own = {
      host: `${isIP(host) === 6 ? `[${host}]` : host}${url.port ? `:${url.port}` : ''}`,
      connection: 'close',
      'accept-encoding': acceptedEncodings,
      ...(sent.body ? { 'content-length': String(sent.body.length) } : {}),
    };
    const given = Object.entries(sent.headers ?? {})
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !withheldHeader.test(name));
    return { 'user-agent': this.config.userAgent, accept: '*/*', ...Object.fromEntries(given), ...own };
  }

  /** From before the connection stands until the last byte; the total time is the deadline's. */
  private endWhenSilent(request: ClientRequest): void {
    const { silenceMs } = this.config;
    let answer: IncomingMessage | undefined;
    request.once('response', (response: IncomingMessage) => (answer = response));
    request.once('socket', (socket) => {
      socket.setTimeout(silenceMs).on('timeout', () => {
        // Unread bytes: it is the reader who takes their time, not the server.
        if (answer && answer.readableLength > 0) socket.setTimeout(silenceMs);
        else (answer ?? request).destroy(new OutgoingHttpError('too-slow'));
      });
    });
  }
}

/** What the caller's own check threw, on its way past the explanations of ours. */
class AdmissionRefused extends Error {}

async function admit(request: OutgoingRequest, url: URL, signal: AbortSignal): Promise<void> {
  if (!request.admit) return;
  let refusal: AdmissionRefused | undefined;
  const asked = request.admit(new URL(url)).catch((cause: unknown) => {
    refusal = new AdmissionRefused('not admitted', { cause });
  });
  await unlessAborted(asked, signal);
  if (refusal) throw refusal;
}

/** Answers a connection's look-up with what was resolved and judged before it. */
const pinned = (addresses: string[]): LookupFunction => {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, done) => {
    if (options.all) done(null, found);
    else done(null, found[0]!.address, found[0]!.family);
  };
};

const redirectOf = (answer: IncomingMessage): string | undefined =>
  redirectStatuses.has(answer.statusCode ?? 0) ? answer.headers.location : undefined;

/** As browsers do it: only 307 and 308 send a body on, and only the same origin gets to see a secret. */
function redirected(sent: Sent, status: number | undefined, sameOrigin: boolean): Sent {
  const headers = Object.fromEntries(
    Object.entries(sent.headers ?? {}).filter(
      ([name]) => sameOrigin || !secretHeaders.has(name.toLowerCase()),
    ),
  );
  if (sent.method !== 'POST' || status === 307 || status === 308) return { ...sent, headers };
  return { method: 'GET', headers };
}

function receiveOrClose(answer: IncomingMessage, maxBytes: number, deadline: ExchangeDeadline): Readable {
  try {
    return receiveBody(answer, maxBytes, deadline);
  } catch (error) {
    answer.destroy();
    throw error;
  }
}

/** `set-cookie` is of no use to anyone here. */
const plainHeaders = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
