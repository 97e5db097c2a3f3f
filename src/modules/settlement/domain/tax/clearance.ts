/** Whether a partner may be paid as far as the tax office is concerned, and how much of it goes there. */
import type { TaxProfile } from '../../../partners/index.ts';
import { type Jurisdiction, ruleOf, type TaxRule } from './rules.ts';

/** What a program has to observe. None: it is no business of ours. */
export interface TaxSettings {
  readonly jurisdictions: readonly Jurisdiction[];
  /** Whether partners earn it in the jurisdiction; what they earn abroad a non-resident is not taxed on there. */
  readonly source: 'domestic' | 'foreign';
}

export const NO_TAX: TaxSettings = { jurisdictions: [], source: 'domestic' };

/** JSON pointers to what guards less than before: an office that is left out, earnings that are foreign now. */
export const loosenedTax = (before: TaxSettings, after: TaxSettings): readonly string[] => [
  ...(before.jurisdictions.every((each) => after.jurisdictions.includes(each)) ? [] : ['/jurisdictions']),
  ...(before.jurisdictions.length > 0 && before.source === 'domestic' && after.source === 'foreign' ? ['/source'] : []),
];

export interface Withholding {
  readonly jurisdiction: Jurisdiction;
  readonly percent: string;
  /** A word for machines; `whyOf` says it to people. */
  readonly reason: WithholdingReason;
}

export type WithholdingReason = 'backup_ordered' | 'no_tax_id' | 'non_resident' | 'treaty';

export type Clearance =
  | { readonly clear: true; readonly withholding?: Withholding | undefined }
  | { readonly clear: false; readonly missing: string };

/** `day` is that of the payment, `YYYY-MM-DD` in the program's zone. */
export const clearanceOf = (settings: TaxSettings, profile: TaxProfile | undefined, day: string): Clearance => {
  const verdicts = settings.jurisdictions.flatMap((jurisdiction) => {
    const rule = ruleOf(jurisdiction, Number(day.slice(0, 4)));
    return rule === undefined ? [] : [CLEARERS[jurisdiction](rule, settings, profile, day)];
  });
  const missing = verdicts.flatMap((verdict) => (verdict.clear ? [] : [verdict.missing]));
  if (missing.length > 0) return { clear: false, missing: missing.join('; ') };
  const withheld = verdicts.flatMap((verdict) => (verdict.clear && verdict.withholding ? [verdict.withholding] : []));
  return { clear: true, withholding: withheld[0] };
};

type Clearer = (rule: TaxRule, settings: TaxSettings, profile: TaxProfile | undefined, day: string) => Clearance;

const unitedStates: Clearer = (rule, { source }, profile, day) => {
  if (profile === undefined || profile.form === 'self_certified') {
    const missing = 'the United States want a W-9 of residents and a W-8BEN or W-8BEN-E of others';
    return { clear: false, missing };
  }
  if (profile.form === 'w9') return resident(rule, profile);
  if (day > lastDayOf(profile, rule)) {
    return { clear: false, missing: `the W-8 that was signed on ${profile.signedOn} has run out; sign a new one` };
  }
  return source === 'foreign' ? { clear: true } : nonResident(rule, profile);
};

const resident = ({ jurisdiction, backupPercent }: TaxRule, { taxId, backupWithholding }: TaxProfile): Clearance => {
  const withheld = (reason: WithholdingReason): Clearance => ({
    clear: true,
    withholding: { jurisdiction, percent: backupPercent, reason },
  });
  if (backupWithholding === true) return withheld('backup_ordered');
  return taxId === undefined ? withheld('no_tax_id') : { clear: true };
};

/** A treaty is claimed with a number of the tax office; without one the full rate is withheld. */
const nonResident = (rule: TaxRule, { treatyPercent, taxId }: TaxProfile): Clearance => {
  const { jurisdiction, nonResidentPercent } = rule;
  if (treatyPercent === undefined || taxId === undefined) {
    return { clear: true, withholding: { jurisdiction, percent: nonResidentPercent, reason: 'non_resident' } };
  }
  if (Number(treatyPercent) === 0) return { clear: true };
  return { clear: true, withholding: { jurisdiction, percent: treatyPercent, reason: 'treaty' } };
};

const lastDayOf = ({ signedOn }: TaxProfile, { foreignFormYears }: TaxRule): string =>
  `${Number(signedOn.slice(0, 4)) + foreignFormYears}-12-31`;

const europeanUnion: Clearer = (_rule, _settings, profile) => {
  const missing = [
    ...(profile === undefined ? ['a tax profile'] : []),
    ...(profile !== undefined && profile.taxId === undefined ? ['the tax number'] : []),
    ...(profile?.entity === 'person' && profile.birthDate === undefined ? ['the date of birth'] : []),
  ];
  return missing.length === 0
    ? { clear: true }
    : { clear: false, missing: `the European Union (DAC7) wants ${missing.join(' and ')}` };
};

const CLEARERS: Readonly<Record<Jurisdiction, Clearer>> = { US: unitedStates, EU: europeanUnion };
