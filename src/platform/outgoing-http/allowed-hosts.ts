import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

interface AllowedHost {
  host: string;
  port: string | undefined;
}

/** Hosts and ranges that the operator has named: the rules for public addresses and ports do not hold for them. */
export class AllowedHosts {
  private readonly hosts: AllowedHost[];
  private readonly ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][];

  /** @param entries of `FETCH_ALLOWED_HOSTS` */
  constructor(entries: readonly string[]) {
    const isRange = (entry: string): boolean => entry.includes('/');
    this.hosts = entries.filter((entry) => !isRange(entry)).map(toHost);
    this.ranges = entries.filter(isRange).map((entry) => ipaddr.parseCIDR(entry));
  }

  /** @param host a URL's, in brackets when it is IPv6 @param port as a number in digits */
  allowsHost(host: string, port: string): boolean {
    return this.hosts.some((allowed) => allowed.host === host && (allowed.port ?? port) === port);
  }

  allowsAddress(address: string): boolean {
    if (isIP(address) === 0 || this.ranges.length === 0) return false;
    const parsed = ipaddr.parse(address);
    return this.ranges.some(([base, bits]) => base.kind() === parsed.kind() && parsed.match([base, bits]));
  }
}

/** The entry is read as a URL reads it, so that both write an address the same way. */
function toHost(entry: string): AllowedHost {
  const { hostname } = new URL(`http://${entry}`);
  return { host: hostname, port: /:(\d+)$/.exec(entry.replace(/^\[.*\]/, ''))?.[1] };
}
