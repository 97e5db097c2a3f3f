/**
 * Where VAT ids have which form, and the standard rate there since when. Sources: the structure of VAT numbers and the
 * rates that the European Commission publishes (2026); gov.uk, estv.admin.ch and skatteetaten.no for the others.
 */
export interface VatCountry {
  readonly id: RegExp;
  /** Latest last. */
  readonly rates: readonly { readonly since: string; readonly percent: string }[];
}

const rate = (percent: string, since = '1970-01-01') => ({ since, percent });

export const VAT_COUNTRIES: Readonly<Record<string, VatCountry>> = {
  AT: { id: /^ATU\d{8}$/, rates: [rate('20')] },
  BE: { id: /^BE[01]\d{9}$/, rates: [rate('21')] },
  BG: { id: /^BG\d{9,10}$/, rates: [rate('20')] },
  CH: { id: /^CHE\d{9}(MWST|TVA|IVA)$/, rates: [rate('7.7'), rate('8.1', '2024-01-01')] },
  CY: { id: /^CY\d{8}[A-Z]$/, rates: [rate('19')] },
  CZ: { id: /^CZ\d{8,10}$/, rates: [rate('21')] },
  DE: { id: /^DE\d{9}$/, rates: [rate('19'), rate('16', '2020-07-01'), rate('19', '2021-01-01')] },
  DK: { id: /^DK\d{8}$/, rates: [rate('25')] },
  EE: { id: /^EE\d{9}$/, rates: [rate('20'), rate('22', '2024-01-01'), rate('24', '2025-07-01')] },
  ES: { id: /^ES[A-Z0-9]\d{7}[A-Z0-9]$/, rates: [rate('21')] },
  FI: { id: /^FI\d{8}$/, rates: [rate('24'), rate('25.5', '2024-09-01')] },
  FR: { id: /^FR[A-HJ-NP-Z0-9]{2}\d{9}$/, rates: [rate('20')] },
  GB: { id: /^GB(\d{9}|\d{12})$/, rates: [rate('20')] },
  GR: { id: /^EL\d{9}$/, rates: [rate('24')] },
  HR: { id: /^HR\d{11}$/, rates: [rate('25')] },
  HU: { id: /^HU\d{8}$/, rates: [rate('27')] },
  IE: { id: /^IE(\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W])$/, rates: [rate('23')] },
  IT: { id: /^IT\d{11}$/, rates: [rate('22')] },
  LT: { id: /^LT(\d{9}|\d{12})$/, rates: [rate('21')] },
  LU: { id: /^LU\d{8}$/, rates: [rate('17'), rate('16', '2023-01-01'), rate('17', '2024-01-01')] },
  LV: { id: /^LV\d{11}$/, rates: [rate('21')] },
  MT: { id: /^MT\d{8}$/, rates: [rate('18')] },
  NL: { id: /^NL[A-Z0-9+*]{9}B\d{2}$/, rates: [rate('21')] },
  NO: { id: /^NO\d{9}MVA$/, rates: [rate('25')] },
  PL: { id: /^PL\d{10}$/, rates: [rate('23')] },
  PT: { id: /^PT\d{9}$/, rates: [rate('23')] },
  RO: { id: /^RO\d{2,10}$/, rates: [rate('19'), rate('21', '2025-08-01')] },
  SE: { id: /^SE\d{10}01$/, rates: [rate('25')] },
  SI: { id: /^SI\d{8}$/, rates: [rate('22')] },
  SK: { id: /^SK\d{10}$/, rates: [rate('20'), rate('23', '2025-01-01')] },
};

/** In force on that day; undefined where we know of none. */
export const standardRate = (country: string, day: string): string | undefined =>
  VAT_COUNTRIES[country]?.rates.findLast(({ since }) => since <= day)?.percent;
