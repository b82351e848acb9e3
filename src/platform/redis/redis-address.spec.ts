import { parseRedisUrl, RedisUrlError } from './redis-address.js';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://redis', { host: 'redis', port: 6379, db: 0 }, 'redis:6379/0'],
    ['redis://redis:6380/', { host: 'redis', port: 6380, db: 0 }, 'redis:6380/0'],
    ['REDIS://127.0.0.1/7', { host: '127.0.0.1', port: 6379, db: 7 }, '127.0.0.1:6379/7'],
    ['redis://[::1]:6379/2', { host: '::1', port: 6379, db: 2 }, '[::1]:6379/2'],
    ['redis://:p%40s%3As%2F@redis', { host: 'redis', port: 6379, db: 0, password: 'p@s:s/' }, 'redis:6379/0'],
    ['redis://:p@ss@redis', { host: 'redis', port: 6379, db: 0, password: 'p@ss' }, 'redis:6379/0'],
    ['redis://:a:b@redis', { host: 'redis', port: 6379, db: 0, password: 'a:b' }, 'redis:6379/0'],
    [
      'rediss://us%3Aer:secret@redis/1',
      { host: 'redis', port: 6379, db: 1, username: 'us:er', password: 'secret', tls: {} },
      'redis:6379/1',
    ],
  ])('reads the server %s', (url, options, description) => {
    expect(parseRedisUrl(url)).toEqual({ options, description });
  });

  it('reads sentinels, with what is for them and what is for the servers', () => {
    const url = 'redis+sentinel://user:secret@s1,s2:26380,[::1]/my%2Fmaster/3?sentinel_password=a%26b';
    expect(parseRedisUrl(url)).toEqual({
      options: {
        sentinels: [
          { host: 's1', port: 26379 },
          { host: 's2', port: 26380 },
          { host: '::1', port: 26379 },
        ],
        name: 'my/master',
        db: 3,
        username: 'user',
        password: 'secret',
        sentinelPassword: 'a&b',
      },
      description: 'my/master/3 by s1:26379,s2:26380,[::1]:26379',
    });
  });

  it('takes TLS for the sentinels as well as for the servers', () => {
    const { options } = parseRedisUrl('rediss+sentinel://s1/main?sentinel_username=u&sentinel_password=p');
    expect(options).toMatchObject({
      tls: {},
      sentinelTLS: {},
      enableTLSForSentinelMode: true,
      sentinelUsername: 'u',
      sentinelPassword: 'p',
      db: 0,
    });
  });

  it.each([
    ['redis:6379', 'must be redis[s]://'],
    ['http://redis', 'must be redis[s]://'],
    ['redis://redis#x', 'must be redis[s]://'],
    ['redis://', 'must name its hosts'],
    ['redis://redis:0', 'must name its hosts'],
    ['redis://redis:99999', 'must name its hosts'],
    ['redis://:hush/with/slash@redis', 'must name its hosts'],
    ['redis://a,b', 'must name one host'],
    ['redis://hush@redis', 'must have a colon before its password'],
    ['redis://:100%hush@redis', 'must be percent-encoded'],
    ['redis://redis/main', 'must have a number as its database'],
    ['redis://redis/0/1', 'must have nothing but a database number'],
    ['redis://redis?hush=1', 'must have no query'],
    ['redis+sentinel://s1', "must end in the master's name"],
    ['redis+sentinel://s1/main/0/1', "must end in the master's name"],
    ['redis+sentinel://s1/main?db=1', 'must have no query but sentinel_username and sentinel_password'],
  ])('refuses %s', (url, reason) => {
    expect(() => parseRedisUrl(url)).toThrow(RedisUrlError);
    expect(() => parseRedisUrl(url)).toThrow(reason);
    expect(() => parseRedisUrl(url)).not.toThrow('hush');
  });
});
