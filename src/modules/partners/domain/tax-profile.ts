import { isCountry } from '../../../shared/countries.ts';
import type { Fault } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { PartnerId, TaxForm, TaxProfile } from '../index.ts';

/** What a partner has told the tax office through us, as it was last said. */
export interface StoredTaxProfile {
  readonly profile: TaxProfile;
  /** 1, 2, 3 …: who changes it must have seen the one before. All are kept. */
  readonly version: number;
  readonly changedAt: Instant;
  readonly changedBy: string;
}

export type TaxDetails = Omit<TaxProfile, 'partnerId'>;

/** United States: SSN or EIN, nine digits. Elsewhere: the length of any country's number. */
const US_TIN = /^\d{9}$/;
const ANY_TIN = /^[A-Z0-9]{2,20}$/;
const PERCENT = /^(100|\d{1,2})(\.\d{1,4})?$/;

export const tidiedTax = ({ legalName, country, taxId, address, ...rest }: TaxDetails): TaxDetails => ({
  ...rest,
  legalName: legalName.trim(),
  country: country.toUpperCase(),
  ...(taxId !== undefined && { taxId: taxId.replace(/[\s.\-/]/g, '').toUpperCase() }),
  address: { ...address, town: address.town.trim(), country: address.country.toUpperCase() },
});

/**
 * What the form would be sent back for. Expects it tidied. `today` is the last day that anybody on earth has by now: a form
 * may be signed where it is tomorrow already.
 */
export const taxFaults = (details: TaxDetails, today: string): readonly Fault[] => [
  ...(details.signedOn <= today ? [] : [fault('/signedOn', 'must not be in the future')]),
  ...((details.birthDate ?? '') <= today ? [] : [fault('/birthDate', 'must not be in the future')]),
  ...(details.legalName === '' ? [fault('/legalName', 'must not be blank')] : []),
  ...(isCountry(details.country) ? [] : [unknownCountry('/country')]),
  ...(isCountry(details.address.country) ? [] : [unknownCountry('/address/country')]),
  ...(details.address.town === '' ? [fault('/address/town', 'must not be blank')] : []),
  ...FORM_FAULTS[details.form](details),
  ...(details.treatyPercent === undefined || PERCENT.test(details.treatyPercent)
    ? []
    : [fault('/treatyPercent', 'must be a percentage from 0 to 100, like 15')]),
];

const fault = (pointer: string, detail: string, code = 'partners.tax_profile_refused'): Fault => ({
  pointer,
  code,
  detail,
});

const unknownCountry = (pointer: string): Fault =>
  fault(pointer, 'must be an ISO 3166-1 country code of two letters, like BR', 'partners.unknown_country');

const tinFaults = ({ taxId }: TaxDetails, pattern: RegExp, hint: string): readonly Fault[] =>
  taxId === undefined || pattern.test(taxId) ? [] : [fault('/taxId', hint)];

const foreign = ({ country, entity }: TaxDetails, wanted: TaxDetails['entity']): readonly Fault[] => [
  ...(country === 'US' ? [fault('/country', 'a resident of the United States signs a W-9')] : []),
  ...(entity === wanted
    ? []
    : [
        fault(
          '/entity',
          `this form is for a ${wanted}; a ${entity} signs ${entity === 'person' ? 'a W-8BEN' : 'a W-8BEN-E'}`,
        ),
      ]),
];

const FORM_FAULTS: Readonly<Record<TaxForm, (details: TaxDetails) => readonly Fault[]>> = {
  w9: (details) => [
    ...(details.country === 'US' ? [] : [fault('/country', 'a W-9 is for residents of the United States')]),
    ...tinFaults(details, US_TIN, 'must be the nine digits of an SSN or EIN'),
    ...(details.treatyPercent === undefined ? [] : [fault('/treatyPercent', 'no treaty applies to a W-9')]),
  ],
  w8ben: (details) => [...foreign(details, 'person'), ...tinFaults(details, ANY_TIN, 'must be letters and digits')],
  w8bene: (details) => [...foreign(details, 'company'), ...tinFaults(details, ANY_TIN, 'must be letters and digits')],
  self_certified: (details) => tinFaults(details, ANY_TIN, 'must be letters and digits'),
};

export const taxProfileOf = (partnerId: PartnerId, details: TaxDetails): TaxProfile => ({ partnerId, ...details });
