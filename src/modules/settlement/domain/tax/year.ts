/** What a year of payments comes to for each partner, and what of it has to be reported. */
import type { Id } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import type { TaxProfile } from '../../../partners/index.ts';
import { type Jurisdiction, ruleOf, type TaxRule } from './rules.ts';

/** By the day on which the bank has paid, in the program's zone; what came back in the year is taken off. */
export interface YearTotal {
  readonly partnerId: Id<'par'>;
  /** Before tax. */
  readonly paid: Money;
  readonly withheld: Money;
  readonly payments: number;
  /** Paid in each quarter, before tax. */
  readonly quarters: readonly [Money, Money, Money, Money];
  readonly paymentsByQuarter: readonly [number, number, number, number];
}

export interface Recipient extends YearTotal {
  readonly profile?: TaxProfile | undefined;
  /** What is missing to report it properly. */
  readonly missing: readonly string[];
}

export interface TaxYear {
  readonly year: number;
  readonly jurisdiction: Jurisdiction;
  readonly form: TaxRule['form'];
  readonly recipients: readonly Recipient[];
  /** Paid, and below the threshold, or of no business to this office. */
  readonly notReported: readonly YearTotal[];
}

/** Undefined: no rule for that year. */
export const taxYearOf = (
  jurisdiction: Jurisdiction,
  year: number,
  totals: readonly YearTotal[],
  profiles: ReadonlyMap<Id<'par'>, TaxProfile>,
): TaxYear | undefined => {
  const rule = ruleOf(jurisdiction, year);
  if (rule === undefined) return undefined;
  const reported = totals.filter((total) => mustReport(rule, total, profiles.get(total.partnerId)));
  return {
    year,
    jurisdiction,
    form: rule.form,
    recipients: reported.map((total) => recipientOf(rule, total, profiles.get(total.partnerId))),
    notReported: totals.filter((total) => !reported.includes(total)),
  };
};

/** What was withheld is reported however little was paid: the partner wants to set it off. */
const mustReport = (rule: TaxRule, { paid, withheld }: YearTotal, profile: TaxProfile | undefined): boolean => {
  if (!withheld.isZero) return true;
  if (rule.jurisdiction === 'US' && profile !== undefined && profile.form !== 'w9') return false;
  if (rule.reportFrom === undefined) return paid.minor > 0n;
  const { minor, currency } = rule.reportFrom;
  // A threshold in dollars says nothing of euros: what cannot be compared is reported.
  return paid.currency === currency ? paid.minor >= minor : paid.minor > 0n;
};

const recipientOf = ({ jurisdiction }: TaxRule, total: YearTotal, profile: TaxProfile | undefined): Recipient => ({
  ...total,
  profile,
  missing: [
    ...(profile === undefined ? ['tax profile'] : []),
    ...(profile !== undefined && profile.taxId === undefined ? ['tax number'] : []),
    ...(jurisdiction === 'EU' && profile?.entity === 'person' && profile.birthDate === undefined ? ['birth date'] : []),
  ],
});

/** A payment, or one that came back: then `back` is set, and it counts on the day it did. */
export interface YearPayment {
  readonly partnerId: Id<'par'>;
  readonly paid: Money;
  readonly withheld: Money;
  /** 1 to 4. */
  readonly quarter: number;
  readonly back: boolean;
}

export const totalsOf = (payments: readonly YearPayment[], currency: string): readonly YearTotal[] => {
  const byPartner = new Map<Id<'par'>, YearPayment[]>();
  for (const payment of payments) {
    const own = byPartner.get(payment.partnerId) ?? [];
    own.push(payment);
    byPartner.set(payment.partnerId, own);
  }
  return [...byPartner]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([partnerId, own]) => totalOf(partnerId, own, currency));
};

const totalOf = (partnerId: Id<'par'>, own: readonly YearPayment[], currency: string): YearTotal => {
  const of = (some: readonly YearPayment[], what: 'paid' | 'withheld'): Money =>
    Money.sum(
      currency,
      some.map((each) => (each.back ? each[what].negated() : each[what])),
    );
  const count = (some: readonly YearPayment[]): number => some.reduce((sum, { back }) => sum + (back ? -1 : 1), 0);
  const inQuarter = (quarter: number): readonly YearPayment[] => own.filter((each) => each.quarter === quarter);
  const quarters = <Value>(value: (some: readonly YearPayment[]) => Value): readonly [Value, Value, Value, Value] => [
    value(inQuarter(1)),
    value(inQuarter(2)),
    value(inQuarter(3)),
    value(inQuarter(4)),
  ];
  return {
    partnerId,
    paid: of(own, 'paid'),
    withheld: of(own, 'withheld'),
    payments: count(own),
    quarters: quarters((some) => of(some, 'paid')),
    paymentsByQuarter: quarters(count),
  };
};
