import { isPublicAddress } from '../../src/platform/outgoing-http/public-address.js';

describe('isPublicAddress', () => {
  it.each([
    '8.8.8.8',
    '1.0.0.0',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
  ])('%s is', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each(['128.0.0.0', '169.253.255.255', '172.15.255.255', '172.32.0.0', '192.167.0.1', '223.255.255.255'])(
    '%s, beside a range, is',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
    '2a00:1450:4001:81b::200e',
    '2001:4860:4860::8888',
    '2400:cb00::1',
  ])('%s is', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    '10.0.0.0',
    '10.255.255.255',
    '100.64.0.0',
    '127.0.0.0',
    '169.254.0.0',
    '172.31.255.255',
    '::ffff:8.8.8.8',
  ])('%s, the edge of a range, is not', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each([
    '',
    'example.org',
    '0177.0.0.1',
    '2130706433',
    '0x7f.1',
    '127.1',
    '2a00:1450::1%eth0',
    '[2a00:1450::1]',
  ])('%p, which no resolver writes so, is not', (address) => expect(isPublicAddress(address)).toBe(false));
});
