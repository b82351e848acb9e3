import { ConfigurationError } from './configuration.js';
import { loadConfiguration } from './load-configuration.js';
import { RedisConfig } from './redis.config.js';

const load = (url: string): RedisConfig =>
  loadConfiguration([RedisConfig], { REDIS_URL: url }, '/nonexistent/.env').get(RedisConfig);

describe('RedisConfig', () => {
  it('needs nothing', () => {
    expect(load('').url).toBeUndefined();
  });

  it.each(['redis://redis', 'rediss://:secret@redis:6380/1', 'redis+sentinel://:secret@s1,s2/main/0'])(
    'takes %s',
    (url) => {
      expect(load(url).url).toBe(url);
    },
  );

  it('says what is wrong with an address, and does not repeat it', () => {
    const sentences = ((): string[] => {
      try {
        load('redis://hush:secret@redis/main');
      } catch (error) {
        if (error instanceof ConfigurationError) return error.sentences;
        throw error;
      }
      return [];
    })();
    expect(sentences).toEqual([
      expect.stringMatching(/^REDIS_URL is \(hidden\), but must have a number as its database\. Redis 6\.2/),
    ]);
    expect(sentences[0]).not.toContain('hush');
  });
});
