import { FetchConfig } from './fetch.config.js';
import { loadConfiguration } from './load-configuration.js';

const load = (allowed: string): FetchConfig =>
  loadConfiguration([FetchConfig], { FETCH_ALLOWED_HOSTS: allowed }, '/nonexistent/.env').get(FetchConfig);

describe('FETCH_ALLOWED_HOSTS', () => {
  it('takes names, addresses and ranges', () => {
    const entries = [
      'wiki',
      'wiki.intern:8080',
      '10.1.2.3',
      '10.1.2.3:443',
      '[fd00::1]:80',
      '10.0.0.0/8',
      'fd00::/8',
    ];
    expect(load(entries.join(', ')).allowedHosts).toEqual(entries);
  });

  it.each([
    'http://wiki',
    '*',
    '*.intern',
    'wiki:99999',
    '10.0.0.0/33',
    '1.2.3.999',
    'user@wiki',
    'wiki/path',
    '10.0.0/8',
  ])('refuses %s with a sentence', (entry) => expect(() => load(entry)).toThrow('FETCH_ALLOWED_HOSTS'));
});
