import fc from 'fast-check';
import { RobotsRules } from './robots-rules.js';

const allows = (robots: string, path: string, robot = 'ProtostarBot'): boolean =>
  RobotsRules.parse(robots, robot).allows(new URL(path, 'http://site.example'));

describe('RobotsRules', () => {
  it.each([
    ['', '/a', true],
    ['User-agent: *\nDisallow: /', '/a', false],
    ['User-agent: *\nDisallow:', '/a', true],
    ['User-agent: *\nDisallow: /private', '/private/x', false],
    ['User-agent: *\nDisallow: /private', '/privately', false],
    ['User-agent: *\nDisallow: /private', '/Private', true],
    ['User-agent: *\nDisallow: /private/', '/private', true],
    ['user-AGENT : *\r\n  disallow :/a # all of it\r\n', '/a', false],
    ['\ufeffUser-agent: *\nDisallow: /a', '/a', false],
    ['Disallow: /', '/a', true],
    ['User-agent: *\nDisallow: /', '/robots.txt', true],
    ['nonsense\n:::\nUser-agent: *\nCrawl-delay: 5\nDisallow: /a', '/a', false],
    ['User-agent: *\nDisallow: /a?b=', '/a?b=1', false],
    ['User-agent: *\nDisallow: /문서', '/문서/1', false],
    ['User-agent: *\nDisallow: /%eb%ac%b8%EC%84%9c', '/문서/1', false],
    ['User-agent: *\nDisallow: /%61b', '/ab', false],
    ['User-agent: *\nDisallow: /a%2fb', '/a/b', true],
    ['User-agent: *\nDisallow: /%', '/%', false],
  ])('%j of %s: %s', (robots, path, expected) => expect(allows(robots, path)).toBe(expected));

  it.each([
    ['the group that names us', 'User-agent: *\nDisallow: /\n\nUser-agent: ProtostarBot\nAllow: /', true],
    ['wherever it stands', 'User-agent: protostarbot/2.0\nDisallow: /\n\nUser-agent: *\nAllow: /', false],
    ['also when it is empty', 'User-agent: protostarbot\n\nUser-agent: *\nDisallow: /', false],
    [
      'one of several names of a group',
      'User-agent: a\nUser-agent: protostarbot\nUser-agent: b\nDisallow: /',
      false,
    ],
    [
      'all groups that name us',
      'User-agent: protostarbot\nAllow: /x\n\nUser-agent: protostarbot\nDisallow: /',
      false,
    ],
    ["nobody else's", 'User-agent: protostarbotic\nDisallow: /', true],
  ])('goes by %s', (_case, robots, expected) => expect(allows(robots, '/page')).toBe(expected));

  it.each([
    ['/*.pdf', '/a/b.pdf?x', false],
    ['/*.pdf$', '/a/b.pdf', false],
    ['/*.pdf$', '/a/b.pdf?x', true],
    ['/*.pdf$', '/a.pdf/b.pdf', false],
    ['/a*b*c', '/axxbxxc', false],
    ['/a*b*c', '/acb', true],
    ['*', '/anything', false],
    ['/a$', '/a', false],
    ['/a$', '/ab', true],
    ['/a$b', '/a$bc', false],
    ['/*aba$', '/aba', false],
    ['/ab*ba$', '/aba', true],
  ])('wildcards: %s on %s: %s', (pattern, path, expected) =>
    expect(allows(`User-agent: *\nDisallow: ${pattern}`, path)).toBe(expected),
  );

  it('lets the longest rule decide, and of two as long the one that allows', () => {
    expect(allows('User-agent: *\nDisallow: /a\nAllow: /a/b', '/a/b')).toBe(true);
    expect(allows('User-agent: *\nAllow: /a/b\nDisallow: /a', '/a/b')).toBe(true);
    expect(allows('User-agent: *\nAllow: /a\nDisallow: /a/b', '/a/b')).toBe(false);
    expect(allows('User-agent: *\nAllow: /a\nDisallow: /a', '/a')).toBe(true);
    expect(allows('User-agent: *\nDisallow: /a\nAllow: /a', '/a')).toBe(true);
  });

  it('matches wildcards as a regular expression would', () => {
    const path = fc.stringMatching(/^[ab/]{0,8}$/);
    const pattern = fc.stringMatching(/^[ab/*]{0,6}\$?$/);
    fc.assert(
      fc.property(path, pattern, (p, rule) => {
        const source = `/${rule}`.replace(/\*+/g, '.*');
        const expected = !new RegExp(`^${source}`, 's').test(`/${p}`);
        expect(allows(`User-agent: *\nDisallow: /${rule}`, `http://site.example/${p}`)).toBe(expected);
      }),
    );
  });

  it('keeps its memory bounded when there are as many names as rules', () => {
    const hostile = `${'User-agent: *\n'.repeat(20_000)}${'Disallow: /*a*b\n'.repeat(20_000)}`;
    expect(allows(hostile, `/${'ab'.repeat(1_000)}`)).toBe(false);
  });
});
