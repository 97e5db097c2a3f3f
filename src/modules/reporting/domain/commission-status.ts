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
  /** Told by settlement: what a payout brought of it, and that it came back. */
  readonly brought: Parts<PayoutId>;
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

/** What a payout that settled, or came back, says of one of its commissions. */
export const withPayout = (facts: CommissionFacts, news: PayoutNews, minor: string): CommissionFacts => {
  const { step, payoutId, version, eventId, at, reason } = news;
  const fact = { version, eventId, at, minor, reason };
  if (step === 'settled') return { ...facts, brought: withPart(facts.brought, payoutId, fact) };
  if (step === 'returned') return { ...facts, returned: withPart(facts.returned, payoutId, fact) };
  return facts;
};

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
  /** What payouts that have not come back brought of it. */
  readonly paidMinor: bigint;
}

export const statusOf = (facts: CommissionFacts): CommissionStatus => {
  const last = Object.values(facts.steps).reduce<StepFact | undefined>(later, undefined);
  const amountMinor = BigInt(last?.minor ?? 0);
  const clawedBackMinor = sum(Object.values(facts.clawbacks));
  const paidMinor = paid(facts);
  return {
    state: stateOf(facts, { paidMinor, dueMinor: amountMinor - clawedBackMinor }),
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

const paid = ({ brought, payments, returned }: CommissionFacts): bigint => {
  const payoutIds = new Set([...Object.keys(brought), ...Object.keys(payments)] as PayoutId[]);
  // Settlement says what a payout brought; until it is heard, commission's word that it was enough will do.
  return sum([...payoutIds].filter((id) => returned[id] === undefined).map((id) => brought[id] ?? payments[id]));
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
  { paidMinor, dueMinor }: { readonly paidMinor: bigint; readonly dueMinor: bigint },
): CommissionState => {
  if (paidMinor > 0n && paidMinor >= dueMinor) return 'paid';
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
