import { isIP } from 'node:net';
import type { AllowedHosts } from './allowed-hosts.js';
import { isPublicAddress } from './public-address.js';

/** Why a URL is not fetched. For the log; whoever gave it is not told. */
export class UrlRefusal extends Error {
  constructor(
    readonly reason: string,
    /** Without path, query and user info: they may hold secrets. */
    readonly detail: { host?: string; address?: string } = {},
  ) {
    super(reason);
    this.name = 'UrlRefusal';
  }
}

export interface CheckedUrl {
  url: URL;
  /** The name to resolve, or the address itself, without brackets and final dot. */
  host: string;
  port: number;
  /** The operator has named this host and port. */
  allowed: boolean;
}

const longestUrl = 2_048;
const plainUrl = /^https?:\/\/[^/\\?#]/i;
const hostName =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Names that resolve, if at all, to this machine or its network (RFC 6761, 6762, 7686, 8375, 9476, and custom). */
const localName =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home\.arpa|onion|invalid|alt)$/;

/** Judges what can be judged without asking a name server. @throws UrlRefusal */
export function checkUrl(text: string, allowedHosts: AllowedHosts): CheckedUrl {
  if (text.length > longestUrl) throw new UrlRefusal('too long');
  // A URL parser drops or turns round these silently; who writes them is not naming a page. One that it would
  // complete (http:example.org) is not plain either.
  if (hasUnseenCharacters(text) || !plainUrl.test(text)) throw new UrlRefusal('not a plain http(s) URL');
  if (!URL.canParse(text)) throw new UrlRefusal('not a URL');
  return checkParsed(new URL(text), allowedHosts);
}

/** A redirect's target may be relative to where it was given. @throws UrlRefusal */
export function checkRedirect(location: string, from: URL, allowedHosts: AllowedHosts): CheckedUrl {
  if (location.length > longestUrl) throw new UrlRefusal('redirect too long');
  if (hasUnseenCharacters(location)) throw new UrlRefusal('redirect with control characters');
  if (!URL.canParse(location, from.href)) throw new UrlRefusal('redirect to what is not a URL');
  return checkParsed(new URL(location, from), allowedHosts);
}

function checkParsed(url: URL, allowedHosts: AllowedHosts): CheckedUrl {
  url.hash = '';
  // Normalising can make it longer: each Korean letter becomes nine characters.
  if (url.href.length > longestUrl) throw new UrlRefusal('too long');
  const { protocol, hostname } = url;
  if (protocol !== 'http:' && protocol !== 'https:') throw new UrlRefusal('scheme');
  if (url.username || url.password) throw new UrlRefusal('user info', { host: hostname });
  const port = url.port || (protocol === 'http:' ? '80' : '443');
  const allowed = allowedHosts.allowsHost(hostname, port);
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const isAddress = isIP(host) !== 0;
  if (!allowed && !isAddress) checkName(host);
  if (isAddress) checkAddress(host, { host, port: Number(port), allowed }, allowedHosts);
  return { url, host, port: Number(port), allowed };
}

function checkName(host: string): void {
  if (!hostName.test(host)) throw new UrlRefusal('not a public host name', { host });
  if (localName.test(host)) throw new UrlRefusal('name of a local network', { host });
}

/** Where a host's name leads, or the address it is. @throws UrlRefusal */
export function checkAddress(
  address: string,
  { host, port, allowed }: Omit<CheckedUrl, 'url'>,
  allowedHosts: AllowedHosts,
): void {
  if (allowed || allowedHosts.allowsAddress(address)) return;
  if (!isPublicAddress(address)) throw new UrlRefusal('address is not public', { host, address });
  if (port !== 80 && port !== 443) throw new UrlRefusal('port', { host, address });
}

/** White space, controls and backslashes. */
function hasUnseenCharacters(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit <= 0x20 || unit === 0x5c || (unit >= 0x7f && unit <= 0xa0)) return true;
  }
  return false;
}
