/** Addresses that must never be fetched from, dotted. */
const insideV4 = [
  '127.0.0.1',
  '127.255.255.254',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '169.254.170.2',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '0.0.0.0',
  '0.1.2.3',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '192.0.2.1',
  '198.51.100.7',
  '203.0.113.9',
  '198.18.0.1',
  '198.19.255.255',
  '192.88.99.1',
  '192.175.48.1',
  '192.31.196.1',
  '192.52.193.1',
];

const insideV6 = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '0000:0000:0000:0000:0000:0000:0000:0001',
  '::127.0.0.1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::FFFF:7F00:0001',
  '0:0:0:0:0:ffff:7f00:1',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::ffff:8.8.8.8',
  '::ffff:0:127.0.0.1',
  '::ffff:0:7f00:1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b::8.8.8.8',
  '64:ff9b:1::a00:1',
  '2002:7f00:1::',
  '2002:7f00:1::1',
  '2002:a9fe:a9fe::',
  '2002:c0a8:101::1',
  '2001:0:7f00:1::',
  '2001::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:2::1',
  '2001:3::1',
  '2001:10::1',
  '2001:20::1',
  '2001:db8::1',
  '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
  '3fff::1',
  '5f00::1',
  '100::1',
  'fc00::1',
  'fd00::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fe80::1',
  'febf::1',
  'fec0::1',
  'ff02::1',
  'ff0e::1',
  '4000::1',
  '8000::1',
  '2620:4f:8000::1',
  '2a00:1450:4001:81b:0:5efe:7f00:1',
  '2a00:1450:4001:81b:200:5efe:10.0.0.1',
];

const octets = (address: string): number[] => address.split('.').map(Number);
const asNumber = (address: string): number => octets(address).reduce((sum, octet) => sum * 256 + octet, 0);
const hex = (value: number, width = 1): string => value.toString(16).padStart(width, '0');
const octal = (value: number, width = 1): string => value.toString(8).padStart(width, '0');
const percentEncoded = (text: string): string =>
  text
    .split('')
    .map((char) => `%${hex(char.charCodeAt(0), 2)}`)
    .join('');
const shifted = (text: string, base: number): string =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(base + Number(digit)));

/** The ways in which a URL may write an IPv4 address; a URL parser understands nearly all of them. */
const notations: ((address: string) => string)[] = [
  (address) => address,
  (address) => `${address}.`,
  (address) => String(asNumber(address)),
  (address) => `0x${hex(asNumber(address), 8)}`,
  (address) => `0X${hex(asNumber(address), 8).toUpperCase()}`,
  (address) => `0${octal(asNumber(address))}`,
  (address) =>
    octets(address)
      .map((octet) => `0x${hex(octet)}`)
      .join('.'),
  (address) =>
    octets(address)
      .map((octet) => `0${octal(octet)}`)
      .join('.'),
  (address) =>
    octets(address)
      .map((octet) => `0000${octal(octet)}`)
      .join('.'),
  (address) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets(address);
    return `${a}.0x${hex(b)}.0${octal(c)}.${d}`;
  },
  (address) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets(address);
    return `${a}.${b}.${c * 256 + d}`;
  },
  (address) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets(address);
    return `${a}.${b * 65_536 + c * 256 + d}`;
  },
  percentEncoded,
  (address) => address.replaceAll('.', '%2e'),
  (address) => address.replaceAll('.', '\u3002'),
  (address) => address.replaceAll('.', '\uff0e'),
  (address) => address.replaceAll('.', '\uff61'),
  (address) => shifted(address, 0xff10),
  (address) => shifted(address, 0x1d7ce),
  (address) => shifted(address, 0x1d7f6),
  (address) => address.split('').join('\u00ad'),
];

const inNotations = (addresses: string[]): string[] =>
  addresses.flatMap((address) => notations.map((write) => `http://${write(address)}/`));

/** By what they would lead to: names of this machine, of its network, and names that strangers point inside. */
const names = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'localhost..',
  'LocalHost.localdomain',
  'app.localhost',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  'ʟocalhost.',
  'loc\u00adalhost',
  '%6c%6f%63%61%6c%68%6f%73%74',
  'printer.local',
  'router.lan',
  'nas.home.arpa',
  'metadata.google.internal',
  'METADATA.google.internal.',
  'metadata',
  'instance-data.ec2.internal',
  'kubernetes.default.svc.cluster.local',
  'postgres',
  'redis:80',
  'db.intranet',
  'abcdefghijklmnop.onion',
  'name.invalid',
  'rebound.example.org',
  'metadata.example.org',
  'mixed.example.org',
  'v6.example.org',
  'mapped.example.org',
  'nat64.example.org',
  'zoned.example.org',
  'nothing.example.org',
  'xn--rebond-0ya.example.org',
  'rebönd.example.org',
  'REBOUND.EXAMPLE.ORG',
  'rebound。example。org',
  'rebound.example.org.',
  'a'.repeat(64) + '.example.org',
  `${'a.'.repeat(130)}example.org`,
  '-.example.org',
  'exa$mple.org',
  "exa'mple.org",
  'exa*mple.org',
  'example.1',
  'example.0x7f',
  'a..example.org',
  '.example.org',
];

/** What the names above resolve to. */
export const insideAnswers: [string, string[]][] = [
  ['rebound.example.org', ['127.0.0.1']],
  ['metadata.example.org', ['169.254.169.254']],
  ['mixed.example.org', ['93.184.215.14', '10.0.0.7']],
  ['v6.example.org', ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::1']],
  ['mapped.example.org', ['::ffff:127.0.0.1']],
  ['nat64.example.org', ['64:ff9b::7f00:1']],
  ['zoned.example.org', ['fe80::1%lo']],
  ['xn--rebnd-nua.example.org', ['192.168.0.10']],
  ['localhost', ['127.0.0.1']],
];

const portsOfOthers = [
  21, 22, 23, 25, 53, 110, 143, 445, 1, 0, 3000, 3306, 5432, 6379, 8080, 8443, 9200, 11211, 65535,
];

const otherForms = [
  '',
  ' ',
  'http://',
  'https://',
  'http:///',
  'http:',
  'http:example.org',
  'http:/example.org',
  'https:///example.org',
  'http:\\\\example.org',
  'http:/\\example.org',
  'http://example.org\\@127.0.0.1/',
  'http://127.0.0.1\\@example.org/',
  'http://user@example.org/',
  'http://user:secret@example.org/',
  'http://:secret@example.org/',
  'http://@127.0.0.1/',
  'http://example.org@127.0.0.1/',
  'http://example.org:80@127.0.0.1/',
  'http://example.org%40127.0.0.1/',
  'http://example.org#@127.0.0.1:22/\u0000',
  'http://127.0.0.1#.example.org/',
  'http://127.0.0.1?.example.org/',
  'http://127.0.0.1%00.example.org/',
  'http://127.0.0.1%0d%0aHost:example.org/',
  'http://example.org\r\nX: y/',
  'http://exam\tple.org/',
  'http://exam\nple.org/',
  ' http://example.org/',
  'http://example.org/ ',
  '\u0000http://example.org/',
  'http://example.org/\u0001',
  'http://example.org/a b',
  'http://[::1',
  'http://::1/',
  'http://[::1]:0/',
  'http://[::1%25lo]/',
  'http://[fe80::1%25eth0]/',
  'http://[v1.fe80::a]/',
  'http://[::ffff:127.0.0.1.]/',
  'http://1.2.3.4.5/',
  'http://256.256.256.256/',
  'http://999999999999/',
  'http://0/',
  'http://0x0/',
  'http://00/',
  'http://0x/',
  'http://127.1/',
  'http://127.0.1/',
  'http://0177.1/',
  'http://0x7f.1/',
  'http://2130706433:443/',
  'http://example.org:999999/',
  'http://example.org:-1/',
  'http://example.org:80a/',
  'http://example.org: 80/',
  'ftp://example.org/',
  'file:///etc/passwd',
  'file://127.0.0.1/etc/passwd',
  'gopher://127.0.0.1:6379/_INFO',
  'dict://127.0.0.1:11211/stats',
  'ldap://127.0.0.1/',
  'tftp://127.0.0.1/x',
  'ws://example.org/',
  'wss://example.org/',
  'data:text/html,hello',
  'blob:http://example.org/1',
  'javascript:alert(1)',
  'about:blank',
  'view-source:http://example.org/',
  'jar:http://example.org!/',
  'unix:///var/run/docker.sock',
  'http+unix://%2Fvar%2Frun%2Fdocker.sock/info',
  'httpſ://example.org/',
  'hTTp//example.org',
  '//example.org/',
  '/etc/passwd',
  'example.org',
  '127.0.0.1',
  'localhost:80',
  `http://example.org/${'a'.repeat(2_048)}`,
];

/** URLs that a stranger may give to reach what they must not; each must be refused before anything is sent. */
export const hostileUrls: string[] = [
  ...new Set([
    ...inNotations(insideV4),
    ...insideV6.flatMap((address) => [`http://[${address}]/`, `https://[${address}]:443/x?y#z`]),
    ...names.map((name) => `https://${name}/`),
    ...portsOfOthers.map((port) => `http://93.184.215.14:${port}/`),
    ...portsOfOthers.map((port) => `https://public.example.org:${port}/`),
    ...otherForms,
  ]),
];
