import { IsBoolean, IsInt, Matches, Max, Min } from 'class-validator';
import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';
import { FromEnv } from './from-env.js';
import type { WithRequirements } from './section.js';

const allowedHost =
  /^(?:[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?|[0-9a-f:.]+\/\d{1,3})$/i;

/** Requests that people can make Protostar send: documents from a URL, and webhooks. */
export class FetchConfig implements WithRequirements {
  @FromEnv(
    'FETCH_ALLOWED_HOSTS',
    'Comma-separated hosts (wiki.intern, 10.1.2.3:8080, [fd00::1]) and address ranges (10.1.0.0/16) of your own network that documents and webhooks may use although they are not public, on any port unless one is named. Everyone who may add a document can then read what they serve.',
  )
  @Matches(allowedHost, {
    each: true,
    message: 'FETCH_ALLOWED_HOSTS must list names, addresses or ranges such as wiki.intern:8080, 10.1.0.0/16',
  })
  readonly allowedHosts: string[] = [];

  @FromEnv(
    'FETCH_TIMEOUT_MS',
    'How long fetching one URL may take with all its redirects, in milliseconds. 1000 to 600000.',
  )
  @IsInt()
  @Min(1_000)
  @Max(600_000)
  readonly timeoutMs: number = 60_000;

  @FromEnv(
    'FETCH_SILENCE_MS',
    'How long a server may send nothing before it is given up, in milliseconds. 100 to 600000.',
  )
  @IsInt()
  @Min(100)
  @Max(600_000)
  readonly silenceMs: number = 10_000;

  @FromEnv(
    'FETCH_REFRESH_WAIT_MS',
    'How long a request to refresh a document waits for what the worker finds, in milliseconds. 0 to 60000.',
  )
  @IsInt()
  @Min(0)
  @Max(60_000)
  readonly refreshWaitMs: number = 10_000;

  @FromEnv(
    'FETCH_USER_AGENT',
    'Name under which requests are sent; its first word is what robots.txt is asked for.',
  )
  @Matches(/^[A-Za-z][A-Za-z0-9_-]{0,63}(?:[ /][\x20-\x7e]{0,180})?$/, {
    message: 'FETCH_USER_AGENT must begin with a word of letters, digits, - and _, such as ProtostarBot/1.0',
  })
  readonly userAgent: string = 'ProtostarBot/1.0';

  @FromEnv(
    'FETCH_RESPECT_ROBOTS',
    "true: a page that its site's robots.txt withholds is not fetched. false: it is.",
  )
  @IsBoolean()
  readonly respectRobots: boolean = true;

  requirements(): string[] {
    return this.allowedHosts
      .filter((entry) => !isUsable(entry))
      .map((entry) => `FETCH_ALLOWED_HOSTS lists ${entry}, which is neither a host nor an address range.`);
  }
}

const isUsable = (entry: string): boolean =>
  entry.includes('/')
    ? isIP(entry.replace(/\/.*$/, '')) !== 0 && ipaddr.isValidCIDR(entry)
    : URL.canParse(`http://${entry}`);
