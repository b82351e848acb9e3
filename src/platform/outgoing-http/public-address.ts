import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Public addresses that clouds give to services of the machine itself: Azure's WireServer. */
const machineServices = new Set(['168.63.129.16']);

/**
 * Whether an address, written the one way that resolvers and sockets write it, belongs to the public internet. IPv6
 * outside 2000::/3 does not, whatever it may be used for one day: that takes in every mapped and translated IPv4.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%') || machineServices.has(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv4') return true;
  const v6 = parsed as ipaddr.IPv6;
  return v6.match(globalUnicast) && !tunnelsIpv4(v6);
}

/** ISATAP: an IPv4 address behind any prefix, told by the interface identifier. */
const tunnelsIpv4 = ({ parts }: ipaddr.IPv6): boolean => (parts[4]! & 0xfcff) === 0 && parts[5] === 0x5efe;
