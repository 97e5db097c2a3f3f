import { grouped } from '../../../shared/grouped.ts';
import type { CommissionState } from './commission-status.ts';
import type { PayoutStep } from './news.ts';

export interface Sum<State> {
  readonly state: State;
  readonly currency?: string | undefined;
  readonly minor: bigint;
}

export interface CommissionPart extends Sum<CommissionState> {
  readonly vestedMinor: bigint;
  readonly clawedBackMinor: bigint;
}

/** Where a partner's money stands, in one currency. */
export interface Balance {
  readonly currency: string;
  /** Not earned yet, or held. */
  readonly pending: bigint;
  /** Earned; can still be sent back. */
  readonly vested: bigint;
  /** Locked and not on its way: below zero when more was clawed back than is left. */
  readonly payable: bigint;
  readonly inPayout: bigint;
  readonly paid: bigint;
  readonly clawedBack: bigint;
  /** Of entries beside commissions: what the terms added, what people gave, less what they took. */
  readonly adjusted: bigint;
}

const LOCKED: ReadonlySet<CommissionState> = new Set(['locked', 'settled', 'paid']);
const UNEARNED: ReadonlySet<CommissionState> = new Set(['estimated', 'pending', 'held']);

/** Of entries beside commissions, in one currency. */
export interface AdjustmentSum {
  readonly currency: string;
  readonly count: number;
  readonly minor: bigint;
}

/** Payable is what is left of all that locked, with what was added beside it, so it does not matter which payout is for which commission. */
export const balances = (
  commissions: readonly CommissionPart[],
  payouts: readonly Sum<PayoutStep>[],
  adjustments: readonly AdjustmentSum[],
): readonly Balance[] => {
  const parts = grouped(commissions, ({ currency }) => currency);
  const sent = grouped(payouts, ({ currency }) => currency);
  const adjusted = new Map(adjustments.map(({ currency, minor }) => [currency, minor]));
  const currencies = [...new Set([...parts.keys(), ...sent.keys(), ...adjusted.keys()])].filter(
    (each) => each !== undefined,
  );
  return currencies
    .toSorted()
    .map((currency) => balance(currency, parts.get(currency) ?? [], sent.get(currency) ?? []))
    .map((balanced) => withAdjusted(balanced, adjusted.get(balanced.currency) ?? 0n));
};

const withAdjusted = (balanced: Omit<Balance, 'adjusted'>, adjusted: bigint): Balance => ({
  ...balanced,
  payable: balanced.payable + adjusted,
  adjusted,
});

const balance = (
  currency: string,
  commissions: readonly CommissionPart[],
  payouts: readonly Sum<PayoutStep>[],
): Omit<Balance, 'adjusted'> => {
  const unearned = (part: CommissionPart): bigint => {
    if (UNEARNED.has(part.state)) return part.minor;
    return part.state === 'vesting' ? part.minor - part.vestedMinor : 0n;
  };
  const earned = (part: CommissionPart): bigint =>
    part.state === 'vesting' || part.state === 'vested' ? part.vestedMinor : 0n;
  const locked = total(commissions, ({ state, minor }) => (LOCKED.has(state) ? minor : 0n));
  const clawedBack = total(commissions, ({ clawedBackMinor }) => clawedBackMinor);
  const inPayout = total(payouts, ({ state, minor }) => (state === 'submitted' ? minor : 0n));
  const paid = total(payouts, ({ state, minor }) => (state === 'settled' ? minor : 0n));
  return {
    currency,
    pending: total(commissions, unearned),
    vested: total(commissions, earned),
    payable: locked - clawedBack - inPayout - paid,
    inPayout,
    paid,
    clawedBack,
  };
};

const total = <Item>(items: readonly Item[], minorOf: (item: Item) => bigint): bigint =>
  items.reduce((sum, item) => sum + minorOf(item), 0n);
