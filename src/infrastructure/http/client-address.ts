import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whose request it is, by the address he came from. Behind so many proxies of ours each has written down, at the end of
 * `X-Forwarded-For`, who asked it; what stands further left anybody may have made up. A header that is too short was not
 * written by our proxies: then it is whoever is at the other end of the connection. Undefined for what is no IP address.
 */
export const clientAddress = ({ headers, socket }: IncomingMessage, proxies: number): string | undefined => {
  const named = headers['x-forwarded-for'];
  return addressBehind(typeof named === 'string' ? named : named?.join(','), socket.remoteAddress, proxies);
};

/** The same of the header, and of whoever is at the other end. */
export const addressBehind = (
  named: string | undefined,
  remoteAddress: string | undefined,
  proxies: number,
): string | undefined => {
  if (proxies === 0 || named === undefined) return remoteAddress;
  const last = named.split(',').at(-proxies);
  return last === undefined ? remoteAddress : withoutPort(last.trim());
};

/** Some proxies add the port: `203.0.113.7:5555`, `[2001:db8::1]:443`. */
const withoutPort = (text: string): string | undefined => {
  const address = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(address) === 0 ? undefined : address;
};
