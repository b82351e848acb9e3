import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { FetchConfig } from '../../platform/config/fetch.config.js';
import { OutgoingHttp, OutgoingHttpError } from '../../platform/outgoing-http/outgoing-http.port.js';
import { Clock } from '../../platform/time/clock.port.js';
import { robotsUnreadable, urlWithheld } from '../domain/fetch-errors.js';
import { parseRetryAfter } from '../domain/retry-after.js';
import { RobotsRules } from '../domain/robots-rules.js';

/** RFC 9309: at least 500 KiB are to be read; what comes after is not. */
const readBytes = 512 * 1024;
const longestBytes = 64 * 1024 * 1024;
const timeoutMs = 15_000;
const keptForMs = 60 * 60 * 1_000;
const mostSites = 500;

interface Known {
  rules: RobotsRules;
  until: number;
}

/** Asks a site's `robots.txt` before anything of it is fetched; what it said is kept for an hour. */
@Injectable()
export class RobotsGate {
  /** By origin, the least recently read first. */
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly http: OutgoingHttp,
    private readonly config: FetchConfig,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError `knowledge.url-withheld`, `knowledge.robots-unreadable`; OutgoingHttpError `refused` */
  async admit(url: URL, signal: AbortSignal): Promise<void> {
    if (!this.config.respectRobots) return;
    const rules = await this.rulesOf(url.origin, signal);
    if (!rules.allows(url)) throw urlWithheld();
  }

  private async rulesOf(origin: string, signal: AbortSignal): Promise<RobotsRules> {
    const now = this.clock.now().getTime();
    const known = this.known.get(origin);
    if (known && known.until > now) return known.rules;
    const rules = await this.read(origin, signal);
    this.known.delete(origin);
    if (this.known.size >= mostSites) this.known.delete(this.known.keys().next().value!);
    this.known.set(origin, { rules, until: now + keptForMs });
    return rules;
  }

  /** No file (4xx) allows everything; a server that cannot say so now (5xx, silence) allows nothing. */
  private async read(origin: string, signal: AbortSignal): Promise<RobotsRules> {
    const [robot = ''] = this.config.userAgent.split(/[/ ]/, 1);
    try {
      const request = { url: `${origin}/robots.txt`, maxBytes: longestBytes, timeoutMs, signal };
      const { status, headers, body } = await this.http.send(request);
      if (status === 200) return RobotsRules.parse(await beginningOf(body), robot);
      body.destroy();
      if (status >= 500 || status === 429) {
        throw robotsUnreadable(undefined, parseRetryAfter(headers['retry-after'], this.clock.now()));
      }
      return RobotsRules.parse('', robot);
    } catch (error) {
      if (error instanceof OutgoingHttpError && error.failure !== 'refused') throw robotsUnreadable(error);
      throw error;
    }
  }
}

async function beginningOf(body: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    // Leaving the loop closes the connection.
    if (size >= readBytes) break;
  }
  return Buffer.concat(pieces).subarray(0, readBytes).toString('utf8');
}
