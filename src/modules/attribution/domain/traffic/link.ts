import type { Fault } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { EnrolmentState, ProgramFacts } from '../../../partners/index.ts';
import type { LinkId } from '../../index.ts';
import type { LinkState } from './link-life-cycle.ts';

export interface Link {
  readonly linkId: LinkId;
  /** What stands in the address, and is one link's for ever. */
  readonly code: string;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  /** A page of the link's own; without one it leads to the program's. */
  readonly destination?: string | undefined;
  readonly state: LinkState;
  /** Since when, while it is suspended: clicks of before still count. */
  readonly suspendedAt?: Instant | undefined;
  readonly createdAt: Instant;
}

export const CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{1,99}$/;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
export const MINTED_LENGTH = 8;

/** A short code nobody will guess or misread, from as many random bytes. */
export const mintedCode = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => ALPHABET.charAt(byte & 31)).join('');

export interface WantedLink {
  readonly destination?: string | undefined;
}

/** Why a partner may not have such a link; nothing, when it may. */
export const linkFaults = (
  { destination }: WantedLink,
  program: ProgramFacts | undefined,
  standing: EnrolmentState | undefined,
): readonly Fault[] => {
  if (program === undefined) {
    return [fault('/programId', 'attribution.unknown_program', 'there is no such program')];
  }
  if (standing !== 'approved') {
    return [fault('/partnerId', 'attribution.not_enrolled', 'the partner has no approved enrolment in the program')];
  }
  if (destination !== undefined && allowedPage(destination, program) === undefined) {
    const hosts = program.allowedHosts.join(', ') || 'none';
    const detail = `must be an http or https page on one of the program's hosts (${hosts})`;
    return [fault('/destination', 'attribution.destination_not_allowed', detail)];
  }
  return [];
};

const fault = (pointer: string, code: string, detail: string): Fault => ({ pointer, code, detail });

/**
 * The page as a browser will read it, if it lies on one of the program's hosts. What is stored is what was checked: the
 * address is taken apart and put together again, so that no spelling of it leads elsewhere.
 */
export const allowedPage = (
  destination: string,
  { allowedHosts }: Pick<ProgramFacts, 'allowedHosts'>,
): string | undefined => {
  if (!URL.canParse(destination)) return undefined;
  const url = new URL(destination);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  // With its port, where it is not the usual one: what listens there may be somebody else's.
  return allowedHosts.some((host) => host.toLowerCase() === url.host) ? url.href : undefined;
};

/** Where the link leads today. A host that is no longer allowed does not get visitors from links of before. */
export const pageOf = ({ destination }: Link, program: ProgramFacts): string =>
  (destination === undefined ? undefined : allowedPage(destination, program)) ?? program.destination;

/**
 * Puts the signed click id into the page's query, in place of any that stands there (a page copied after a click of
 * another link bears that one's), and leaves the rest of the address as it is written.
 */
export const withClickId = (page: string, token: string, parameter: string): string => {
  const cut = page.indexOf('#');
  const [address, fragment] = cut === -1 ? [page, ''] : [page.slice(0, cut), page.slice(cut)];
  const kept = without(address, parameter);
  return `${kept}${kept.includes('?') ? '&' : '?'}${parameter}=${token}${fragment}`;
};

/** However the name is spelt: whoever reads the page's query sees it decoded. */
const without = (address: string, parameter: string): string => {
  const cut = address.indexOf('?');
  if (cut === -1) return address;
  const pieces = address.slice(cut + 1).split('&');
  const others = pieces.filter((piece) => !new URLSearchParams(piece).has(parameter));
  if (others.length === pieces.length) return address;
  return others.length === 0 ? address.slice(0, cut) : `${address.slice(0, cut)}?${others.join('&')}`;
};
