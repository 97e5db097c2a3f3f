/**
 * Keeps requests out of our own network. The check is made where the connection is made, on the address it goes to:
 * a lookup beforehand is a race that the owner of a name can win, and a literal address is never looked up at all.
 */
import { lookup as dnsLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { AppError } from '../../../../shared/errors.ts';
import type { AddressGuard } from '../../ports/address-guard.ts';
import { isBadPort } from './bad-ports.ts';
import { isPublicAddress } from './special-addresses.ts';

export interface GuardOptions {
  /** `host:port` pairs that may be private: a receiver of our own. */
  readonly exempt: readonly string[];
  readonly lookup?: typeof dnsLookup;
}

class PrivateAddress extends Error {
  readonly code = 'EPRIVATE';
}

class BadPort extends Error {
  readonly code = 'EBADPORT';
}

const withoutBrackets = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

const isExempt = ({ exempt }: GuardOptions, hostname: string, port: string | number): boolean =>
  exempt.includes(`${hostname}:${port}`);

/** A lookup that fails when any address of the name is private: a name that is both is up to something. */
const guardedLookup =
  ({ lookup = dnsLookup }: GuardOptions): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address)))
        callback(new PrivateAddress('not a public address'), []);
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };

export const guardedConnector = (options: GuardOptions, timeoutMs: number): buildConnector.connector => {
  const open = buildConnector({ timeout: timeoutMs });
  const guarded = buildConnector({ timeout: timeoutMs, lookup: guardedLookup(options) });
  return (target, callback) => {
    const port = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
    if (isExempt(options, target.hostname, port)) {
      open(target, callback);
      return;
    }
    if (isBadPort(port)) {
      callback(new BadPort('not a port for HTTP'), null);
      return;
    }
    const literal = withoutBrackets(target.hostname);
    if (isIP(literal) !== 0 && !isPublicAddress(literal)) {
      callback(new PrivateAddress('not a public address'), null);
      return;
    }
    guarded(target, (...[error, socket]) => {
      // Nothing has been sent yet. Whatever the lookup said, this is where the socket ended up.
      if (error === null && !isPublicAddress(socket.remoteAddress ?? '')) {
        socket.destroy();
        callback(new PrivateAddress('not a public address'), null);
      } else if (error === null) callback(null, socket);
      else callback(error, null);
    });
  };
};

/** The same judgement at registration, so that an owner hears of it at once. */
export class UndiciAddressGuard implements AddressGuard {
  constructor(private readonly options: GuardOptions) {}

  async admitted(text: string): Promise<string> {
    const url = new URL(text);
    url.hash = '';
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    if (isExempt(this.options, url.hostname, port)) return url.href;
    if (url.protocol !== 'https:') {
      throw new AppError('refused', 'webhooks.https_required', 'use an https address: what we send is confidential');
    }
    if (isBadPort(port)) {
      throw new AppError('refused', 'webhooks.port_refused', `something else than HTTPS is spoken at port ${port}`);
    }
    if (!(await this.isPublic(withoutBrackets(url.hostname)))) {
      // One answer for all reasons: what resolves to what in our network is not for others to find out.
      throw new AppError('refused', 'webhooks.address_refused', 'the address must be one that everybody can reach');
    }
    return url.href;
  }

  private isPublic(host: string): Promise<boolean> {
    if (isIP(host) !== 0) return Promise.resolve(isPublicAddress(host));
    return new Promise((resolve) => {
      guardedLookup(this.options)(host, { all: true }, (error) => {
        resolve(error === null);
      });
    });
  }
}
