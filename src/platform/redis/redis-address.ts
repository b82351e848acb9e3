import type { RedisOptions, SentinelAddress } from 'ioredis';

/** Where a Redis server is and who we are to it. */
export interface RedisAddress {
  /** Without credentials, for people: `redis.example:6379/0` or `mymaster/0 by s1:26379,s2:26379`. */
  readonly description: string;
  readonly options: Readonly<RedisOptions>;
}

/** What is wrong with a URL, as the rest of a sentence that begins with the setting's name; repeats no secret. */
export class RedisUrlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RedisUrlError';
  }
}

const redisPort = 6_379;
const sentinelPort = 26_379;
const forms =
  'redis[s]://[user:password@]host[:port][/db] or redis[s]+sentinel://…@host[:port],…/master[/db]';
/** Scheme, credentials, hosts, path, query. The last `@` before the path ends the credentials. */
const shape = /^(redis|rediss)(\+sentinel)?:\/\/(?:([^/?#]*)@)?([^/?#]*)((?:\/[^?#]*)?)(?:\?([^#]*))?$/i;

/**
 * Reads `redis[s]://[user:password@]host[:port][/db]`, or, as Sentinel has no notation of its own, the one that most
 * clients share: `redis[s]+sentinel://[user:password@]host[:port][,host[:port]…]/master[/db]`, where `?sentinel_username=`
 * and `?sentinel_password=` are for the sentinels themselves. The second `s` means TLS everywhere. User, password and
 * master are percent-encoded.
 * @throws RedisUrlError
 */
export function parseRedisUrl(url: string): RedisAddress {
  const [, scheme, sentinel, credentials, hosts, path = '', query = ''] = shape.exec(url.trim()) ?? [];
  if (!scheme || hosts === undefined) throw new RedisUrlError(`must be ${forms}`);
  const parts: UrlParts = {
    secure: scheme.toLowerCase() === 'rediss',
    credentials: credentialsOf(credentials),
    hosts: hosts.split(',').map((host) => hostOf(host, sentinel ? sentinelPort : redisPort)),
    path: path.split('/').slice(1).filter(Boolean).map(decoded),
    query: new URLSearchParams(query),
  };
  return sentinel ? sentinelAddress(parts) : serverAddress(parts);
}

interface UrlParts {
  secure: boolean;
  credentials: Pick<RedisOptions, 'username' | 'password'>;
  hosts: { host: string; port: number }[];
  path: string[];
  query: URLSearchParams;
}

function serverAddress({ secure, credentials, hosts, path, query }: UrlParts): RedisAddress {
  const [server, ...others] = hosts;
  if (!server || others.length > 0)
    throw new RedisUrlError('must name one host; several are sentinels, which redis+sentinel:// is for');
  if (path.length > 1) throw new RedisUrlError('must have nothing but a database number as its path');
  allowOnly(query, []);
  const db = databaseOf(path[0]);
  return {
    description: `${shown(server)}/${db}`,
    options: { ...server, ...credentials, db, ...(secure ? { tls: {} } : {}) },
  };
}

function sentinelAddress({ secure, credentials, hosts, path, query }: UrlParts): RedisAddress {
  const [name, database, ...more] = path;
  if (!name || more.length > 0)
    throw new RedisUrlError("must end in the master's name and, if need be, a database number: /master/0");
  allowOnly(query, ['sentinel_username', 'sentinel_password']);
  const db = databaseOf(database);
  const sentinels: SentinelAddress[] = hosts;
  return {
    description: `${name}/${db} by ${hosts.map(shown).join(',')}`,
    options: {
      sentinels,
      name,
      db,
      ...credentials,
      sentinelUsername: query.get('sentinel_username') ?? undefined,
      sentinelPassword: query.get('sentinel_password') ?? undefined,
      ...(secure ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    },
  };
}

function credentialsOf(text: string | undefined): Pick<RedisOptions, 'username' | 'password'> {
  if (!text) return {};
  const colon = text.indexOf(':');
  if (colon === -1)
    throw new RedisUrlError('must have a colon before its password, as in redis://:secret@host');
  const username = decoded(text.slice(0, colon));
  return { ...(username ? { username } : {}), password: decoded(text.slice(colon + 1)) };
}

function hostOf(text: string, defaultPort: number): { host: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = port === undefined ? defaultPort : Number(port);
  if (!host || number < 1 || number > 65_535)
    throw new RedisUrlError(
      'must name its hosts as host or host:port, with anything special in the password percent-encoded',
    );
  return { host, port: number };
}

function databaseOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d{1,5}$/.test(text)) throw new RedisUrlError('must have a number as its database');
  return Number(text);
}

function allowOnly(query: URLSearchParams, names: string[]): void {
  const unknown = [...query.keys()].some((name) => !names.includes(name));
  if (!unknown) return;
  const allowed = names.length === 0 ? 'no query' : `no query but ${names.join(' and ')}`;
  throw new RedisUrlError(`must have ${allowed}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError('must be percent-encoded: a % in the password is %25');
  }
}

const shown = ({ host, port }: { host: string; port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
