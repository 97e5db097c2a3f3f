/**
 * What tax offices ask of whoever pays partners, as data: by jurisdiction, and from which year on. Sources: the
 * instructions to Form 1099-NEC and the Act of 4 July 2025 that raised its threshold from 600 to 2,000 for payments made
 * after 2025; 26 U.S.C. 3406 (backup withholding, 24 %) and 1441 (non-residents, 30 %); Council Directive (EU) 2021/514
 * (DAC7). From 2027 on the threshold follows prices: a new row, when the figure is out. A company asks its adviser.
 */
export const JURISDICTIONS = ['US', 'EU'] as const;
export type Jurisdiction = (typeof JURISDICTIONS)[number];

export interface TaxRule {
  readonly jurisdiction: Jurisdiction;
  /** The first year it holds for. */
  readonly from: number;
  readonly form: '1099-NEC' | 'DAC7';
  /** Payments of a year below it need not be reported; minor units of `currency`, absent where everything is. */
  readonly reportFrom?: { readonly minor: bigint; readonly currency: string };
  /** From whoever has not said who they are for tax, percent. */
  readonly backupPercent: string;
  /** From non-residents, on what they earn in the jurisdiction, percent, unless a treaty leaves less. */
  readonly nonResidentPercent: string;
  /** A non-resident's form holds to the end of the year that many years after it was signed. */
  readonly foreignFormYears: number;
}

const UNITED_STATES = {
  jurisdiction: 'US',
  form: '1099-NEC',
  backupPercent: '24',
  nonResidentPercent: '30',
  foreignFormYears: 3,
} as const;

export const TAX_RULES: readonly TaxRule[] = [
  { ...UNITED_STATES, from: 2020, reportFrom: { minor: 60_000n, currency: 'USD' } },
  { ...UNITED_STATES, from: 2026, reportFrom: { minor: 200_000n, currency: 'USD' } },
  {
    jurisdiction: 'EU',
    from: 2023,
    form: 'DAC7',
    backupPercent: '0',
    nonResidentPercent: '0',
    foreignFormYears: 100,
  },
];

/** That of the year; undefined before there was one. */
export const ruleOf = (jurisdiction: Jurisdiction, year: number): TaxRule | undefined =>
  TAX_RULES.findLast((rule) => rule.jurisdiction === jurisdiction && rule.from <= year);
