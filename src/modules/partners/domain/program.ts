import type { Fault } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { ProgramFacts } from '../index.ts';

export interface Program extends ProgramFacts {
  readonly createdAt: Instant;
}

/** Where nobody wants another name. */
export const CLICK_PARAMETER = 'click_id';

export type ProgramTerms = Omit<ProgramFacts, 'programId'>;

/** A host as `URL` writes it, with its port if it has one; undefined for what is no host. */
const asHost = (text: string): string | undefined => {
  const address = `https://${text}/`;
  if (!URL.canParse(address)) return undefined;
  const { host, username, pathname, search, hash } = new URL(address);
  return username === '' && pathname === '/' && search === '' && hash === '' ? host : undefined;
};

/** Hosts as a browser compares them. */
export const tidyProgram = (terms: ProgramTerms): ProgramTerms => ({
  ...terms,
  allowedHosts: [...new Set(terms.allowedHosts.map((host) => asHost(host) ?? host))],
});

/** Expects it tidied. */
export const programFaults = ({
  currency,
  destination,
  allowedHosts,
  minimumPayout,
}: ProgramTerms): readonly Fault[] => [
  ...(minimumPayout.currency === currency
    ? []
    : [fault('/minimumPayout/currency', 'money.currency_mismatch', 'is not the currency of the program')]),
  ...allowedHosts.flatMap((host, index) =>
    asHost(host) === host
      ? []
      : [fault(`/allowedHosts/${index}`, 'partners.malformed_host', 'must be a host like www.example.com')],
  ),
  ...(allowedHosts.includes(new URL(destination).host)
    ? []
    : [fault('/allowedHosts', 'partners.destination_not_allowed', 'must contain the host of the destination')]),
];

const fault = (pointer: string, code: string, detail: string): Fault => ({ pointer, code, detail });
