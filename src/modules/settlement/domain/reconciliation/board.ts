/** Where the matcher is: which payouts are as they are by now, and which lines nobody has explained yet. */
import { grouped } from '../../../../shared/grouped.ts';
import type { Money } from '../../../../shared/money.ts';
import { Money as Amount } from '../../../../shared/money.ts';
import { mayMove } from '../../../../shared/lifecycle.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import { CLEARING_STATES, payoutLifecycle } from '../payouts/payout-life-cycle.ts';
import { movePayout } from '../payouts/payout-life-cycle.ts';
import { leavingOf } from '../payouts/leaving.ts';
import type { Payout } from '../payouts/payout.ts';
import { uetrOf } from '../rails/uetr.ts';
import { Expectations } from './expectations.ts';
import type { Expected } from './expected.ts';
import { CONFIDENCE, type FoundMatch, type PayoutAction, type Rule } from './match.ts';
import { isNear } from './near.ts';
import { type Line, type LineId, signed } from './reconciliation.ts';

/** A payout, and what is kept of the account it goes to, where that is known. */
export interface Sent {
  readonly payout: Payout;
  readonly counterparty?: string | undefined;
}

export type Tolerances = ReadonlyMap<string, bigint>;

export class Board {
  readonly matches: FoundMatch[] = [];
  /** In one order, however they came: what leaves, what was refused, what comes back. */
  readonly lines: readonly Line[];
  readonly expected: Expectations;
  private readonly payouts: Map<string, Payout>;
  private readonly accounts: ReadonlyMap<string, string | undefined>;
  private readonly taken = new Set<LineId>();
  private uetrs: Map<string, Payout['id']> | undefined;
  private batches: Map<BatchId, PayoutId[]> | undefined;

  constructor(
    lines: readonly Line[],
    sent: readonly Sent[],
    private readonly tolerances: Tolerances,
    expected: readonly Expected[] = [],
  ) {
    this.expected = new Expectations(expected);
    this.lines = lines.toSorted(inOrder);
    const known = sent.toSorted((a, b) => compare(a.payout.id, b.payout.id));
    this.payouts = new Map(known.map(({ payout }) => [payout.id, payout]));
    this.accounts = new Map(known.map(({ payout, counterparty }) => [payout.id, counterparty]));
  }

  isOpen({ id }: Line): boolean {
    return !this.taken.has(id);
  }

  payout(id: string): Payout | undefined {
    return this.payouts.get(id);
  }

  byUetr(uetr: string): Payout | undefined {
    this.uetrs ??= new Map([...this.payouts.values()].map(({ id }) => [uetrOf(id), id]));
    return this.payouts.get(this.uetrs.get(uetr.toLowerCase()) ?? '');
  }

  /** On their way, of a batch. */
  ofBatch(batchId: BatchId): readonly Payout[] {
    this.batches ??= new Map(
      [...grouped(this.payouts.values(), (payout) => payout.batchId)].map(([id, all]) => [
        id,
        all.map((each) => each.id),
      ]),
    );
    return (this.batches.get(batchId) ?? []).flatMap((id) => this.payouts.get(id) ?? []).filter(isOnItsWay);
  }

  /** On their way, with the account they go to. */
  onTheirWay(): readonly Sent[] {
    return [...this.payouts.values()]
      .filter(isOnItsWay)
      .map((payout) => ({ payout, counterparty: this.accounts.get(payout.id) }));
  }

  /** Whether they may do that, and the amounts are near enough. */
  fits(lines: readonly Line[], payouts: readonly Payout[], action: PayoutAction): boolean {
    const [first] = payouts;
    if (first === undefined || !payouts.every((payout) => mayTake(payout, action))) return false;
    const { currency } = leavingOf(first);
    const all = [...payouts.map(leavingOf), ...lines.map(({ amount }) => amount)];
    if (!all.every((amount) => amount.currency === currency)) return false;
    return this.isTolerable(differenceOf(lines, totalOf(payouts)));
  }

  /** Whether nobody has confirmed it, it goes the same way, and the amounts are near enough. */
  mayConfirm({ direction, amount }: Line, expected: Expected): boolean {
    if (!this.expected.isOpen(expected) || direction !== expected.direction) return false;
    return amount.currency === expected.amount.currency && this.isTolerable(amount.minus(expected.amount));
  }

  /** A payout of that amount that goes that way at that time, to an account that may be the line's. */
  mayBePayout(line: Line): boolean {
    const { direction, amount, counterparty } = line;
    return [...this.payouts.values()].some((payout) => {
      if (direction === 'debit' ? !isOnItsWay(payout) : payout.state !== 'settled') return false;
      const account = this.accounts.get(payout.id);
      const isElsewhere = account !== undefined && counterparty !== undefined && account !== counterparty;
      return !isElsewhere && leavingOf(payout).equals(amount) && isNear(line, payout.submittedAt);
    });
  }

  take(rule: Rule, lines: readonly Line[], payouts: readonly Payout[], action: PayoutAction): void {
    for (const { id } of lines) this.taken.add(id);
    if (action !== 'offset') {
      for (const payout of payouts) this.payouts.set(payout.id, { ...payout, state: movePayout(payout.state, action) });
    }
    this.matches.push(foundMatch(rule, lines, payouts, action));
  }

  confirm(rule: Rule, line: Line, expected: Expected): void {
    this.taken.add(line.id);
    this.expected.confirm(expected);
    this.matches.push(foundConfirmation(rule, line, expected));
  }

  private isTolerable({ minor, currency }: Money): boolean {
    return (minor < 0n ? -minor : minor) <= (this.tolerances.get(currency) ?? 0n);
  }
}

/** Throws `money.currency_mismatch`. */
export const foundMatch = (
  rule: Rule,
  lines: readonly Line[],
  payouts: readonly Payout[],
  action: PayoutAction,
): FoundMatch => ({
  action,
  rule,
  confidence: CONFIDENCE[rule],
  lines,
  payoutIds: payouts.map(({ id }) => id),
  amount: payouts.length === 0 ? firstOf(lines).amount : totalOf(payouts),
  difference: payouts.length === 0 ? netOf(lines) : differenceOf(lines, totalOf(payouts)),
});

/** Throws `money.currency_mismatch`. */
export const foundConfirmation = (rule: Rule, line: Line, { id, direction, amount }: Expected): FoundMatch => ({
  action: 'confirm',
  rule,
  confidence: CONFIDENCE[rule],
  lines: [line],
  payoutIds: [],
  confirms: { id, direction },
  amount,
  difference: differenceOf([line], amount),
});

const firstOf = ([first]: readonly Line[]): Line => {
  if (first === undefined) throw new Error('a match of no line');
  return first;
};

const totalOf = (payouts: readonly Payout[]): Money => {
  const moved = payouts.map(leavingOf);
  return Amount.sum(moved[0]?.currency ?? 'EUR', moved);
};

const netOf = (lines: readonly Line[]): Money => Amount.sum(firstOf(lines).amount.currency, lines.map(signed));

const differenceOf = (lines: readonly Line[], ours: Money): Money => {
  const moved = netOf(lines);
  return (firstOf(lines).direction === 'credit' ? moved : moved.negated()).minus(ours);
};

export const isOnItsWay = ({ state }: Payout): boolean => (CLEARING_STATES as readonly string[]).includes(state);

/** What comes back to the account has left it before: without that line, one of the bank's statements is missing. */
const mayTake = ({ state }: Payout, action: PayoutAction): boolean =>
  action !== 'offset' && mayMove(payoutLifecycle, state, action) && (action !== 'return' || state === 'settled');

const WAYS = ['debit', 'info', 'credit'];

const rankOf = ({ status, direction }: Line): number => WAYS.indexOf(status === 'info' ? 'info' : direction);

const inOrder = (a: Line, b: Line): number =>
  rankOf(a) - rankOf(b) || compare(a.bookedAt, b.bookedAt) || compare(a.ref, b.ref) || compare(a.id, b.id);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
