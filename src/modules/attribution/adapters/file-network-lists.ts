import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { AddressRanges, rangeOf } from '../domain/traffic/address-ranges.ts';
import { NetworkLists } from '../ports/network-lists.ts';

/**
 * Lists as text, one entry a line, `#` before a remark: `hosting.txt` and `proxies.txt` hold networks (CIDR),
 * `referers.txt` hosts, each with all below it. Read once, at start; a file that is not there lists nothing.
 */
export class FileNetworkLists extends NetworkLists {
  private readonly hosting: AddressRanges;
  private readonly proxies: AddressRanges;
  private readonly banned: ReadonlySet<string>;

  /** Without a folder nothing is listed. Throws `attribution.network_list_unreadable`. */
  constructor(folder: string | undefined) {
    super();
    this.hosting = networksIn(folder, 'hosting.txt');
    this.proxies = networksIn(folder, 'proxies.txt');
    this.banned = new Set(linesOf(folder, 'referers.txt').map(({ text }) => text.toLowerCase().replace(/^\*\./, '')));
  }

  isHosting(address: string): boolean {
    return this.hosting.includes(address);
  }

  isProxy(address: string): boolean {
    return this.proxies.includes(address);
  }

  isBannedReferrer(page: string): boolean {
    if (this.banned.size === 0) return false;
    for (let host = hostOf(page); host !== ''; host = parentOf(host)) if (this.banned.has(host)) return true;
    return false;
  }
}

interface Line {
  readonly number: number;
  readonly text: string;
}

const linesOf = (folder: string | undefined, file: string): readonly Line[] => {
  if (folder === undefined) return [];
  if (!existsSync(folder)) throw unreadable(`there is no folder ${folder}`);
  const path = join(folder, file);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line, index) => ({ number: index + 1, text: line.replace(/#.*$/, '').trim() }))
    .filter(({ text }) => text !== '');
};

const networksIn = (folder: string | undefined, file: string): AddressRanges =>
  new AddressRanges(
    linesOf(folder, file).map(({ number, text }) => {
      const range = rangeOf(text);
      if (range === undefined) throw unreadable(`line ${number} of ${file} is no network like 203.0.113.0/24: ${text}`);
      return range;
    }),
  );

const unreadable = (what: string): AppError =>
  new AppError('invalid', 'attribution.network_list_unreadable', `${what}; mend NETWORK_LISTS or what is in it`);

/** Longest name of a host. */
const MAX_HOST = 253;

/** Of an address a browser wrote, without taking it apart; empty for what has none. */
const hostOf = (page: string): string => {
  const start = page.indexOf('://') + 3;
  if (start === 2) return '';
  const [, host = ''] = /^(?:[^/?#@]*@)?([^/?#:@]{1,254})/.exec(page.slice(start, start + MAX_HOST * 2)) ?? [];
  return host.length > MAX_HOST ? '' : host.toLowerCase();
};

const parentOf = (host: string): string => {
  const dot = host.indexOf('.');
  return dot === -1 ? '' : host.slice(dot + 1);
};
