/**
 * What stands beside a balance: money kept back of it, and what the partner owes.
 *
 *   earned ──▶ available ──reserve──▶ reserve ──its day, or a clawback──▶ available
 *                  │ below zero for too long, or the partner has left
 *                  └──▶ receivable ──▶ recovered from what is earned next, or written off by two people
 *
 * After each booking: a balance below zero takes from the reserve, one above pays back what is owed, and of what is left
 * of an earning a part is kept. So a balance is never above zero while anything is owed.
 */
import { derivedId, type Id } from '../../../../shared/ids.ts';
import { type Instant, latest, plusDays } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { MoneyFact } from '../books/booking.ts';
import { effectOnAvailable } from '../books/chart-of-accounts.ts';
import type { Purpose } from '../books/purpose.ts';
import { keptOf, type PayoutPolicy, type ReserveRule } from './payout-policy.ts';

export type SliceId = Id<'rsv'>;
export type ReceivableId = Id<'rcv'>;

interface OfPartner {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
}

/** A part of an earning that is kept back until its day; or, without one, for as long as a floor is. */
export interface Slice extends OfPartner {
  readonly id: SliceId;
  /** The commission, or the entry beside commissions, that it is a part of. */
  readonly about: Id<'com'> | Id<'adj'>;
  readonly amount: bigint;
  readonly left: bigint;
  readonly reservedAt: Instant;
  readonly releaseAt?: Instant | undefined;
}

/** A debt of the partner to us. */
export interface Receivable extends OfPartner {
  readonly id: ReceivableId;
  /** The first of a partner is 1. */
  readonly nth: number;
  readonly amount: bigint;
  readonly left: bigint;
  readonly raisedAt: Instant;
}

export interface NegativeBalance extends OfPartner {
  readonly since: Instant;
  /** When it becomes a receivable. */
  readonly dueAt: Instant;
}

export interface Securities {
  /** Those with something left, the earliest release first; those of a floor at the end. */
  readonly slices: readonly Slice[];
  /** Those with something left, the oldest first. */
  readonly receivables: readonly Receivable[];
  readonly negative?: NegativeBalance | undefined;
}

export const NO_SECURITIES: Securities = { slices: [], receivables: [] };

/** A partner's balance after something was booked. */
export interface Balance extends OfPartner {
  readonly currency: string;
  readonly available: bigint;
  readonly securities: Securities;
  readonly policy: PayoutPolicy;
}

/** What is booked because of it, and what there is then. */
export interface Secured {
  readonly facts: readonly MoneyFact[];
  readonly slices: readonly Slice[];
  readonly receivables: readonly Receivable[];
  readonly negative?: NegativeBalance | undefined;
}

/** `facts` are those just booked of the partner, and in `available` already. */
export const secured = (balance: Balance, facts: readonly MoneyFact[], at = latestOf(facts)): Secured => {
  const { available } = balance;
  if (available < 0n) {
    const taken = takenFrom(balance.securities.slices, -available, at);
    const left = available + sumOf(taken.facts);
    return {
      ...taken,
      facts: taken.facts.map((fact) => inCurrency(fact, balance)),
      receivables: [],
      negative: left < 0n ? (balance.securities.negative ?? negativeSince(balance, at)) : undefined,
    };
  }
  const recovered = recoveredFrom(balance.securities.receivables, available, at);
  const kept = keptFrom(balance, facts, available - sumOf(recovered.facts));
  return {
    facts: [...recovered.facts, ...kept.facts].map((fact) => inCurrency(fact, balance)),
    slices: kept.slices,
    receivables: recovered.receivables,
  };
};

type Draft = Omit<MoneyFact, 'amount'> & { readonly minor: bigint };

const inCurrency = ({ minor, ...fact }: Draft, { currency }: Pick<Balance, 'currency'>): MoneyFact => ({
  ...fact,
  amount: Money.of(minor, currency),
});

const sumOf = (drafts: readonly Draft[]): bigint => drafts.reduce((sum, { minor }) => sum + minor, 0n);

const latestOf = ([first, ...others]: readonly MoneyFact[]): Instant => {
  if (first === undefined) throw new Error('nothing was booked');
  return latest(first.occurredAt, ...others.map(({ occurredAt }) => occurredAt));
};

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Takes from one after the other until there is enough. */
const spread = <Item extends { readonly left: bigint }>(
  items: readonly Item[],
  wanted: bigint,
): readonly { readonly item: Item; readonly taken: bigint }[] => {
  let open = wanted;
  return items.flatMap((item) => {
    const taken = least(item.left, open);
    open -= taken;
    return taken === 0n ? [] : [{ item, taken }];
  });
};

/** What leaves a slice is told apart by what was left in it before. */
const takenFrom = (slices: readonly Slice[], wanted: bigint, at: Instant) => {
  const parts = spread(slices, wanted);
  return {
    slices: parts.map(({ item, taken }): Slice => ({ ...item, left: item.left - taken })),
    facts: parts.map(({ item, taken }): Draft => ({
      programId: item.programId,
      partnerId: item.partnerId,
      purpose: 'release_reserve',
      minor: taken,
      subject: item.id,
      occurredAt: latest(at, item.reservedAt),
      nth: String(item.left),
    })),
  };
};

const recoveredFrom = (receivables: readonly Receivable[], wanted: bigint, at: Instant) => {
  const parts = spread(receivables, wanted);
  return {
    receivables: parts.map(({ item, taken }): Receivable => ({ ...item, left: item.left - taken })),
    facts: parts.map(({ item, taken }): Draft => ({
      programId: item.programId,
      partnerId: item.partnerId,
      purpose: 'recover',
      minor: taken,
      subject: item.id,
      occurredAt: latest(at, item.raisedAt),
      nth: String(item.left),
    })),
  };
};

/** Of each earning, as far as there is something left of it. */
const keptFrom = ({ securities, policy }: Balance, facts: readonly MoneyFact[], available: bigint) => {
  const inReserve = securities.slices.reduce((sum, { left }) => sum + left, 0n);
  let open = available;
  let lacking = policy.reserve.kind === 'floor' ? policy.reserve.minor - inReserve : open;
  const slices = facts.flatMap((fact): Slice[] => {
    const amount = least(least(open, lacking), wantedOf(fact, policy.reserve));
    if (amount <= 0n) return [];
    open -= amount;
    lacking -= amount;
    return [sliceOf(fact, amount, policy.reserve)];
  });
  return { slices, facts: slices.map((slice) => reserveFact(slice)) };
};

const earnedBy = (fact: MoneyFact): boolean => fact.purpose === 'lock' || fact.purpose === 'adjust_up';

const wantedOf = (fact: MoneyFact, rule: ReserveRule): bigint => {
  if (!earnedBy(fact) || rule.kind === 'none') return 0n;
  return rule.kind === 'rolling' ? keptOf(fact.amount, rule.share) : fact.amount.minor;
};

const sliceOf = (fact: MoneyFact, amount: bigint, rule: ReserveRule): Slice => {
  const { programId, partnerId, occurredAt } = fact;
  const about = fact.adjustmentId ?? fact.commissionId;
  if (partnerId === undefined || about === undefined) throw new Error('an earning is of a partner, and of something');
  return {
    id: derivedId('rsv', about),
    programId,
    partnerId,
    about,
    amount,
    left: amount,
    reservedAt: occurredAt,
    releaseAt: rule.kind === 'rolling' ? plusDays(occurredAt, rule.days) : undefined,
  };
};

const reserveFact = ({ id, programId, partnerId, amount, reservedAt }: Slice): Draft => ({
  programId,
  partnerId,
  purpose: 'reserve',
  minor: amount,
  subject: id,
  occurredAt: reservedAt,
});

export const negativeSince = (
  { programId, partnerId, policy }: Pick<Balance, 'programId' | 'partnerId' | 'policy'>,
  since: Instant,
): NegativeBalance => ({ programId, partnerId, since, dueAt: plusDays(since, policy.receivableAfterDays) });

/** What a booking does to a balance may have to be made up for; what is sent to a partner was decided with that in mind. */
export const mayUnbalance = (fact: MoneyFact): boolean =>
  fact.partnerId !== undefined && !SENT.includes(fact.purpose) && effectOnAvailable(fact) !== 0n;

const SENT: readonly Purpose[] = ['submit', 'withhold'];

/** A slice goes back to the partner, all or in part. */
export const released = (slice: Slice, minor: bigint, at: Instant, currency: string) => {
  const { facts, slices } = takenFrom([slice], minor, at);
  return { facts: facts.map((fact) => inCurrency(fact, { currency })), slices };
};

/** A debt of the balance's becomes a debt of the partner's. */
export const raised = (
  { programId, partnerId, currency, available }: Pick<Balance, 'programId' | 'partnerId' | 'currency' | 'available'>,
  nth: number,
  now: Instant,
): { readonly receivable: Receivable; readonly fact: MoneyFact } => {
  const id: ReceivableId = derivedId('rcv', programId, partnerId, String(nth));
  const amount = -available;
  return {
    receivable: { id, programId, partnerId, nth, amount, left: amount, raisedAt: now },
    fact: {
      programId,
      partnerId,
      purpose: 'raise_receivable',
      amount: Money.of(amount, currency),
      subject: id,
      occurredAt: now,
    },
  };
};

/** The oldest debts are given up first. */
export const writtenOff = (receivables: readonly Receivable[], amount: Money, at: Instant) => {
  const parts = recoveredFrom(receivables, amount.minor, at);
  return {
    receivables: parts.receivables,
    facts: parts.facts.map((fact) => inCurrency({ ...fact, purpose: 'write_off' }, amount)),
  };
};
