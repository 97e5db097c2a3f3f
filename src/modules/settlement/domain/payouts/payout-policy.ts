import type { Month } from '../../../../shared/calendar.ts';
import { AppError, type Fault } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money, MoneyJson } from '../../../../shared/money.ts';
import { Rate } from '../../../../shared/rate.ts';

export const SCHEDULES = ['every_close', 'quarterly', 'half_yearly', 'yearly', 'on_request'] as const;
export type Schedule = (typeof SCHEDULES)[number];

export const RESERVE_KINDS = ['none', 'rolling', 'floor'] as const;

/** Rolling: a percentage of what locks, for some days. Floor: an amount that is kept back until somebody says otherwise. */
export interface ReserveTerms {
  readonly kind: (typeof RESERVE_KINDS)[number];
  readonly percent?: string | undefined;
  readonly days?: number | undefined;
  readonly amount?: MoneyJson | undefined;
}

/** What somebody has said of how a program, or one partner in it, is paid. What is absent is as it would be without. */
export interface PolicyTerms {
  /** Balances below it wait. */
  readonly minimum?: MoneyJson | undefined;
  readonly schedule?: Schedule | undefined;
  readonly reserve?: ReserveTerms | undefined;
  /** For how long a balance may be below zero before it is a receivable. */
  readonly receivableAfterDays?: number | undefined;
  /** How old a receivable must be before anybody may give it up. */
  readonly writeOffAfterDays?: number | undefined;
  /** How long after the end of an enrolment what is left may be kept. Absent: never, for the contract says nothing. */
  readonly forfeitAfterDays?: number | undefined;
  /** For how long nothing is paid to a place that a partner has just named. */
  readonly coolOffHours?: number | undefined;
  /** Whether an open case of fraud stops all payouts of its partner. */
  readonly holdOnFraud?: boolean | undefined;
  /** Of the program alone: what one approver may approve of a close. Absent: any amount. */
  readonly oneApproverUpTo?: MoneyJson | undefined;
  /** Of the program alone: above it, one of the approvers holds the scope payouts:approve_large. Absent: never. */
  readonly seniorAbove?: MoneyJson | undefined;
}

export interface StoredPolicy {
  readonly programId: Id<'prg'>;
  /** Absent: the program's own. */
  readonly partnerId?: Id<'par'> | undefined;
  readonly version: number;
  readonly terms: PolicyTerms;
  readonly setBy: string;
  readonly setAt: Instant;
}

export type ReserveRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'rolling'; readonly share: Rate; readonly days: number }
  | { readonly kind: 'floor'; readonly minor: bigint };

/** The terms in force for a partner. */
export interface PayoutPolicy {
  readonly minimum: bigint;
  readonly schedule: Schedule;
  readonly reserve: ReserveRule;
  readonly receivableAfterDays: number;
  readonly writeOffAfterDays: number;
  readonly forfeitAfterDays?: number | undefined;
  readonly coolOffHours: number;
  readonly holdOnFraud: boolean;
}

/** What is said of a program and of some of its partners. */
export interface PolicyBook {
  readonly program: PolicyTerms;
  readonly partners: ReadonlyMap<Id<'par'>, PolicyTerms>;
}

/** As a program is paid of which nobody has said anything. */
export const USUAL = {
  schedule: 'every_close',
  reserve: { kind: 'none' },
  receivableAfterDays: 90,
  writeOffAfterDays: 180,
  coolOffHours: 0,
  holdOnFraud: true,
} as const satisfies PolicyTerms;

/** `minimum` is the program's own, where the policy names none. */
export const policyOf = (book: PolicyBook, partnerId: Id<'par'>, minimum: bigint): PayoutPolicy => {
  const said = given(book.program, book.partners.get(partnerId) ?? {});
  const { schedule, reserve, receivableAfterDays, writeOffAfterDays, coolOffHours, holdOnFraud } = said;
  return {
    minimum: said.minimum === undefined ? minimum : BigInt(said.minimum.minor),
    schedule,
    reserve: ruleOf(reserve),
    receivableAfterDays,
    writeOffAfterDays,
    forfeitAfterDays: said.forfeitAfterDays,
    coolOffHours,
    holdOnFraud,
  };
};

/** All of what is in force, but what has no usual value. */
export type Given = PolicyTerms & { readonly [Name in keyof typeof USUAL]: Exclude<PolicyTerms[Name], undefined> };

/** The later says more than the earlier. */
export const given = (...terms: readonly PolicyTerms[]): Given => {
  const said = terms.flatMap((each) => Object.entries(each).filter(([, value]) => value !== undefined));
  return { ...USUAL, ...(Object.fromEntries(said) as Partial<Given>) };
};

const ruleOf = ({ kind, percent, days, amount }: ReserveTerms): ReserveRule => {
  if (kind === 'rolling') return { kind, share: Rate.percent(percent ?? '0'), days: days ?? 0 };
  return kind === 'floor' ? { kind, minor: BigInt(amount?.minor ?? 0) } : { kind };
};

const PAYS_IN: Readonly<Record<Exclude<Schedule, 'on_request'>, readonly string[]>> = {
  every_close: ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'],
  quarterly: ['03', '06', '09', '12'],
  half_yearly: ['06', '12'],
  yearly: ['12'],
};

/** Whether the close of a month pays. On request, any close does, once it is asked for. */
export const paysOn = (schedule: Schedule, period: Month): boolean =>
  schedule === 'on_request' || PAYS_IN[schedule].includes(period.slice(5));

/** Throws `settlement.policy_refused` with a fault for each field that cannot be. */
export const mustBePolicy = (terms: PolicyTerms, currency: string, isOfPartner: boolean): void => {
  const faults = [
    ...foreign(terms, currency),
    ...(terms.reserve === undefined ? [] : reserveFaults(terms.reserve)),
    ...(isOfPartner ? ofProgramAlone(terms) : []),
  ];
  if (faults.length > 0)
    throw new AppError('refused', 'settlement.policy_refused', 'nobody can be paid like this; see errors', { faults });
};

const fault = (pointer: string, detail: string): Fault => ({ pointer, code: 'settlement.policy_refused', detail });

const foreign = ({ minimum, oneApproverUpTo, seniorAbove, reserve }: PolicyTerms, currency: string): Fault[] =>
  Object.entries({ minimum, oneApproverUpTo, seniorAbove, 'reserve/amount': reserve?.amount }).flatMap(
    ([name, amount]) =>
      amount === undefined || amount.currency === currency
        ? []
        : [fault(`/${name}`, `must be in ${currency}, the currency of the program`)],
  );

const reserveFaults = ({ kind, percent, days, amount }: ReserveTerms): Fault[] => {
  const isRolling = kind === 'rolling';
  const wanted: readonly (readonly [string, boolean, boolean])[] = [
    ['percent', isRolling, percent !== undefined],
    ['days', isRolling, days !== undefined],
    ['amount', kind === 'floor', amount !== undefined],
  ];
  const misplaced = wanted.filter(([, wants, has]) => wants !== has);
  if (misplaced.length > 0)
    return misplaced.map(([name, wants]) =>
      fault(`/reserve/${name}`, wants ? `is needed for a ${kind} reserve` : `says nothing of a ${kind} reserve`),
    );
  if (percent === undefined) return [];
  const { numerator, denominator } = Rate.percent(percent);
  return numerator > 0n && numerator <= denominator
    ? []
    : [fault('/reserve/percent', 'must be more than 0 and at most 100')];
};

const ofProgramAlone = ({ oneApproverUpTo, seniorAbove }: PolicyTerms): Fault[] =>
  Object.entries({ oneApproverUpTo, seniorAbove }).flatMap(([name, value]) =>
    value === undefined ? [] : [fault(`/${name}`, 'is said of a whole program, not of one partner')],
  );

/** The part of an earning that is kept back. */
export const keptOf = (earned: Money, share: Rate): bigint => earned.times(share, 'down').minor;
