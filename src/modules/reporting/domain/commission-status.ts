/**
 * What is known of a commission, as a set of facts: of each step the last telling, of each clawback and payout its part.
 * Adding a fact that is there already changes nothing, and the order of adding does not matter; what follows from the
 * facts is worked out when they are looked at.
 */
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type {
  AdjustmentNews,
  CommissionId,
  CommissionStep,
  MoreOfStatementNews,
  Owner,
  PartNews,
  PayoutId,
  PayoutNews,
  StatementNews,
  StepNews,
} from './news.ts';
import { isLater, later, type Rank } from './rank.ts';

export interface StepFact extends Rank {
  readonly at: Instant;
  readonly minor: string;
  readonly currency: string;
  readonly vestedMinor?: string | undefined;
  readonly locksAt?: Instant | undefined;
  readonly reasons?: readonly string[] | undefined;
}

export interface PartFact extends Rank {
  readonly at: Instant;
  readonly minor: string;
  readonly reason?: string | undefined;
}

export interface StatementFact extends Rank {
  readonly statementId: Id<'stm'>;
  /** Absent where the statement has so many commissions that another event told of this one. */
  readonly number?: string | undefined;
  readonly period: string;
  readonly at: Instant;
}

type Parts<Key extends string> = Readonly<Partial<Record<Key, PartFact>>>;

export interface CommissionFacts extends Owner {
  readonly commissionId: CommissionId;
  /** Absent until commission itself has told of it. */
  readonly order?: { readonly orderId: Id<'ord'>; readonly orderRef: string } | undefined;
  readonly steps: Readonly<Partial<Record<CommissionStep, StepFact>>>;
  readonly clawbacks: Parts<Id<'adj'>>;
  /** What the terms added after the lock; absent where nobody has told of any. */
  readonly additions?: Parts<Id<'adj'>> | undefined;
  readonly statement?: StatementFact | undefined;
  /** Told by commission: paid in full, with this payout as the last. */
  readonly payments: Parts<PayoutId>;
  /** Told by settlement: what a payout brought of it, or kept of what was clawed back, and that the payout came back. */
  readonly brought: Parts<PayoutId>;
  /** Absent where no payout kept any. */
  readonly recovered?: Parts<PayoutId> | undefined;
  readonly returned: Parts<PayoutId>;
}

export const unknownCommission = (commissionId: CommissionId, { programId, partnerId }: Owner): CommissionFacts => ({
  commissionId,
  programId,
  partnerId,
  steps: {},
  clawbacks: {},
  payments: {},
  brought: {},
  returned: {},
});

const orderOf = ({ orderId, orderRef }: StepNews | PartNews) => ({ order: { orderId, orderRef } });

export const withStep = (facts: CommissionFacts, news: StepNews): CommissionFacts => {
  const { step, version, eventId, at, amount, vested, locksAt, reasons } = news;
  const fact: StepFact = {
    version,
    eventId,
    at,
    minor: amount.minor,
    currency: amount.currency,
    vestedMinor: vested?.minor,
    locksAt,
    reasons,
  };
  return { ...facts, ...orderOf(news), steps: { ...facts.steps, [step]: later(facts.steps[step], fact) } };
};

const withPart = <Key extends string>(parts: Parts<Key>, key: Key, fact: PartFact): Parts<Key> => ({
  ...parts,
  [key]: later(parts[key], fact),
});

export const withOwnPart = (facts: CommissionFacts, news: PartNews): CommissionFacts => {
  const { about, partId, version, eventId, at, amount, reason } = news;
  const fact = { version, eventId, at, minor: amount.minor, reason };
  return about === 'clawback'
    ? { ...facts, ...orderOf(news), clawbacks: withPart(facts.clawbacks, partId as Id<'adj'>, fact) }
    : { ...facts, ...orderOf(news), payments: withPart(facts.payments, partId as PayoutId, fact) };
};

/** What people gave or took stands beside the commission, and is no part of it. */
export const withAddition = (facts: CommissionFacts, news: AdjustmentNews): CommissionFacts => {
  const { kind, adjustmentId, version, eventId, at, amount, reason } = news;
  if (kind !== 'terms') return facts;
  const fact = { version, eventId, at, minor: amount.minor, reason };
  return { ...facts, additions: withPart(facts.additions ?? {}, adjustmentId, fact) };
};

export const withStatement = (facts: CommissionFacts, news: StatementNews | MoreOfStatementNews): CommissionFacts => {
  const { statementId, period, version, eventId, at } = news;
  const number = news.about === 'statement' ? { number: news.number } : {};
  return { ...facts, statement: later(facts.statement, { statementId, ...number, period, version, eventId, at }) };
};

/** What a payout that settled, or came back or is on its way again, says of a commission that it brought. */
export const withPayout = (facts: CommissionFacts, news: PayoutNews, minor: string): CommissionFacts => {
  const { step, payoutId } = news;
  const fact = payoutFact(news, minor);
  return step === 'settled'
    ? { ...facts, brought: withPart(facts.brought, payoutId, fact) }
    : { ...facts, returned: withPart(facts.returned, payoutId, fact) };
};

/** The same of one that was clawed back, and for which it was less. */
export const withRecovery = (facts: CommissionFacts, news: PayoutNews, minor: string): CommissionFacts => {
  const { step, payoutId } = news;
  const fact = payoutFact(news, minor);
  return step === 'settled'
    ? { ...facts, recovered: withPart(facts.recovered ?? {}, payoutId, fact) }
    : { ...facts, returned: withPart(facts.returned, payoutId, fact) };
};

const payoutFact = ({ version, eventId, at, reason }: PayoutNews, minor: string): PartFact => ({
  version,
  eventId,
  at,
  minor,
  reason,
});

// ── what follows ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Unknown: somebody has spoken of it, and commission has not yet. */
export const COMMISSION_STATES = [
  'unknown',
  'estimated',
  'pending',
  'vesting',
  'vested',
  'held',
  'reversed',
  'locked',
  'settled',
  'paid',
] as const;
export type CommissionState = (typeof COMMISSION_STATES)[number];

export interface CommissionStatus {
  readonly state: CommissionState;
  readonly currency?: string | undefined;
  readonly amountMinor: bigint;
  readonly vestedMinor: bigint;
  readonly clawedBackMinor: bigint;
  /** How much the terms added after the lock. */
  readonly addedMinor: bigint;
  /** What payouts that have not come back brought of it, less what they kept for what was clawed back. */
  readonly paidMinor: bigint;
}

export const statusOf = (facts: CommissionFacts): CommissionStatus => {
  const last = Object.values(facts.steps).reduce<StepFact | undefined>(later, undefined);
  const amountMinor = BigInt(last?.minor ?? 0);
  const clawedBackMinor = sum(Object.values(facts.clawbacks));
  const broughtMinor = brought(facts);
  const paidMinor = broughtMinor - recovered(facts);
  return {
    state: stateOf(facts, { broughtMinor, openMinor: amountMinor - clawedBackMinor - paidMinor }),
    currency: last?.currency,
    amountMinor,
    vestedMinor: vested(facts, amountMinor),
    clawedBackMinor,
    addedMinor: sum(Object.values(facts.additions ?? {})),
    paidMinor,
  };
};

const sum = (parts: readonly (PartFact | undefined)[]): bigint =>
  parts.reduce((total, part) => total + BigInt(part?.minor ?? 0), 0n);

const brought = (facts: CommissionFacts): bigint => {
  const payoutIds = [...new Set([...Object.keys(facts.brought), ...Object.keys(facts.payments)] as PayoutId[])];
  // Settlement says what a payout brought; until it is heard, commission's word that it was enough will do.
  return sum(
    payoutIds.filter((id) => stands(facts, id, facts.brought[id])).map((id) => facts.brought[id] ?? facts.payments[id]),
  );
};

const recovered = (facts: CommissionFacts): bigint => {
  const kept = Object.entries(facts.recovered ?? {}) as [PayoutId, PartFact][];
  return sum(kept.filter(([id, fact]) => stands(facts, id, fact)).map(([, fact]) => fact));
};

/** It has not come back, or was settled again since. */
const stands = ({ returned }: CommissionFacts, payoutId: PayoutId, fact: PartFact | undefined): boolean => {
  const back = returned[payoutId];
  return back === undefined || (fact !== undefined && isLater(fact, back));
};

/** All of it once the return window runs; of a later change of its size the vested part is not told. */
const vested = ({ steps }: CommissionFacts, amountMinor: bigint): bigint => {
  if (steps.vested === undefined) return 0n;
  if (steps.vested.locksAt !== undefined) return amountMinor;
  const minor = BigInt(steps.vested.vestedMinor ?? 0);
  return minor < amountMinor ? minor : amountMinor;
};

export const isHeld = ({ steps: { held, released } }: CommissionFacts): boolean =>
  held !== undefined && (released === undefined || isLater(held, released));

const stateOf = (
  facts: CommissionFacts,
  { broughtMinor, openMinor }: { readonly broughtMinor: bigint; readonly openMinor: bigint },
): CommissionState => {
  if (broughtMinor > 0n && openMinor <= 0n) return 'paid';
  if (facts.statement !== undefined) return 'settled';
  return beforeStatement(facts);
};

const beforeStatement = (facts: CommissionFacts): CommissionState => {
  const { accrued, confirmed, vested: earned, reversed, locked } = facts.steps;
  if (locked !== undefined) return 'locked';
  if (reversed !== undefined) return 'reversed';
  if (isHeld(facts)) return 'held';
  if (earned !== undefined) return earned.locksAt === undefined ? 'vesting' : 'vested';
  if (confirmed !== undefined) return 'pending';
  return accrued === undefined ? 'unknown' : 'estimated';
};
