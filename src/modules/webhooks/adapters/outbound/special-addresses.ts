import ipaddr from 'ipaddr.js';

/** Public by the book, and still a cloud's own: Azure's host, which hands out credentials. */
const CLOUDS_OWN = new Set(['168.63.129.16']);
/** Of IPv6, only this has been given out to anybody. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address, in any spelling, is one that everybody can reach. What cannot be read is not. IPv4 in IPv6 is
 * judged as what it is when it is only mapped, and refused when it is translated or tunnelled (NAT64, 6to4, Teredo):
 * where it comes out is for others to decide.
 */
export const isPublicAddress = (text: string): boolean => {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' ? !CLOUDS_OWN.has(address.toString()) : address.match(GLOBAL_UNICAST);
};
