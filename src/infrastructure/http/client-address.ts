import type { IncomingMessage } from 'node:http';

/**
 * Whose request it is, by the address he came from. Behind so many proxies of ours each has written down, at the end of
 * `X-Forwarded-For`, who asked it; what stands further left anybody may have made up. A header that is too short was not
 * written by our proxies: then it is whoever is at the other end of the connection.
 */
export const clientAddress = ({ headers, socket }: IncomingMessage, proxies: number): string | undefined => {
  if (proxies === 0) return socket.remoteAddress;
  const named = headers['x-forwarded-for'];
  const told = typeof named === 'string' ? named.split(',') : (named ?? []);
  return told.at(-proxies)?.trim() ?? socket.remoteAddress;
};
