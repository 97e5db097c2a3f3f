import { isCountry } from '../../../../shared/countries.ts';
import { AppError, type Fault } from '../../../../shared/errors.ts';
import type { Money } from '../../../../shared/money.ts';
import { Rate } from '../../../../shared/rate.ts';
import type { Language } from '../documents/language.ts';
import { standardRate, VAT_COUNTRIES } from './vat-data.ts';

/**
 * How a partner's supply is taxed: `domestic`, it charges VAT; `reverse_charge`, whoever buys accounts for it; `exempt`,
 * by a rule that it names; `none`, outside of VAT.
 */
export const VAT_SCHEMES = ['domestic', 'reverse_charge', 'exempt', 'none'] as const;
export type VatScheme = (typeof VAT_SCHEMES)[number];

/** Who stands on an invoice: a name, an address, a VAT id where there is one. */
export interface BillingParty {
  readonly name: string;
  readonly address: readonly string[];
  /** ISO 3166-1. */
  readonly country: string;
  readonly vatId?: string | undefined;
}

/** A partner as whoever supplies. */
export interface VatProfile extends BillingParty {
  readonly scheme: VatScheme;
  /** Percent; without it, the standard rate of the country on the day of the supply. */
  readonly rate?: string | undefined;
  /** The rule that exempts it. */
  readonly exemptBy?: string | undefined;
  readonly language: Language;
}

/** Each rate's VAT is reckoned from the sum at that rate, and rounded half away from zero: `per_rate_half_up`. */
export const VAT_ROUNDING = 'per_rate_half_up';

export interface VatLine {
  /** Percent. */
  readonly rate: string;
  readonly net: Money;
  readonly vat: Money;
}

export const vatLine = (net: Money, rate: string): VatLine => ({
  rate,
  net,
  vat: net.times(Rate.percent(rate), 'half_up'),
});

/** Throws `settlement.malformed_billing_profile`, pointing at each fault. */
export const mustBeBillable = (party: BillingParty & Partial<VatProfile>): void => {
  const faults = [...partyFaults(party), ...schemeFaults(party)].map(([pointer, detail]): Fault => ({
    pointer,
    code: 'settlement.malformed_billing_profile',
    detail,
  }));
  if (faults.length === 0) return;
  throw new AppError('invalid', 'settlement.malformed_billing_profile', faults.map(({ detail }) => detail).join('; '), {
    faults,
  });
};

type Wrong = readonly [pointer: string, detail: string];

const partyFaults = ({ country, vatId }: BillingParty): readonly Wrong[] => {
  const form = VAT_COUNTRIES[country]?.id;
  return [
    ...(isCountry(country) ? [] : [['/country', 'is no country of ISO 3166-1'] as const]),
    ...(vatId === undefined || form === undefined || form.test(vatId)
      ? []
      : [['/vatId', `is no VAT id of ${country}, which look like ${form.source.slice(1, -1)}`] as const]),
  ];
};

const schemeFaults = (profile: Partial<VatProfile>): readonly Wrong[] => {
  const { scheme, country = '' } = profile;
  if (scheme === undefined) return [];
  const misses = (field: 'vatId' | 'rate' | 'exemptBy', why: string): readonly Wrong[] =>
    profile[field] === undefined ? [[`/${field}`, why]] : [];
  switch (scheme) {
    case 'domestic': {
      const isKnown = standardRate(country, '9999-12-31') !== undefined;
      return [
        ...misses('vatId', 'is needed to charge VAT'),
        ...(isKnown ? [] : misses('rate', `is needed: we know of none in ${country}`)),
      ];
    }
    case 'reverse_charge':
      return [...misses('vatId', 'is needed for a reverse charge'), ...noRate(profile)];
    case 'exempt':
      return [...misses('exemptBy', 'is needed: by which rule'), ...noRate(profile)];
    case 'none':
      return noRate(profile);
  }
};

const noRate = ({ rate }: Partial<VatProfile>): readonly Wrong[] =>
  rate === undefined ? [] : [['/rate', 'is only for domestic']];

/** The rate on that day, in percent; nothing is charged outside of `domestic`. */
export const rateOn = ({ scheme, rate, country }: VatProfile, day: string): string =>
  scheme === 'domestic' ? (rate ?? standardRate(country, day) ?? '0') : '0';
