/** How money moves when lines and payouts are matched, when that is undone, and while nobody knows. */
import type { Id } from '../../../../shared/ids.ts';
import { latest, type Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { MoneyFact } from '../books/booking.ts';
import type { Purpose } from '../books/purpose.ts';
import { movePayout } from '../payouts/payout-life-cycle.ts';
import { payoutFacts } from '../payouts/leaving.ts';
import type { Payout } from '../payouts/payout.ts';
import type { Match } from './match.ts';
import type { BankLine, Line } from './reconciliation.ts';

/** A payout that moved, and when. */
export interface PayoutStep {
  readonly payout: Payout;
  readonly action: 'settle' | 'return' | 'reject' | 'bounce' | 'unreturn';
  readonly at: Instant;
}

/** What a program's books and an account are in. */
export interface Currencies {
  readonly programId: Id<'prg'>;
  readonly currency: string;
}

/**
 * A line that nobody can explain yet stands in suspense, so that the bank's account in the ledger is what the bank says.
 * Of an account in another currency it is worth nothing in the currency of the books, until somebody says what it is.
 */
export const parkFact = ({ programId, currency }: Currencies, line: Line): MoneyFact => ({
  ...aboutMoney({ programId, currency }, line.amount),
  purpose: line.direction === 'debit' ? 'park_out' : 'park_in',
  occurredAt: line.bookedAt,
  subject: line.id,
  nth: String(line.round),
});

const aboutMoney = (
  { programId, currency }: Currencies,
  money: Money,
): Pick<MoneyFact, 'programId' | 'amount' | 'counter' | 'pots'> =>
  money.currency === currency
    ? { programId, amount: money }
    : {
        programId,
        amount: Money.zero(currency),
        counter: money,
        pots: { bank: money.currency, suspense: money.currency, fees: money.currency },
      };

/** Some banks give a day and no time: what they booked on the day we sent it was still booked after we did. */
const whenOf = (line: Pick<BankLine, 'bookedAt'>, { submittedAt, settledAt }: Payout): Instant =>
  latest(line.bookedAt, submittedAt ?? line.bookedAt, settledAt ?? line.bookedAt);

export const stepOf = (
  payout: Payout,
  action: 'settle' | 'return' | 'reject',
  line: Pick<BankLine, 'bookedAt' | 'returnReason'>,
): PayoutStep => {
  const at = whenOf(line, payout);
  const ends = { endedAt: at, reason: line.returnReason ?? 'no reason given' };
  const state = movePayout(payout.state, action);
  return { action, at, payout: { ...payout, state, ...(action === 'settle' ? { settledAt: at } : ends) } };
};

/** The payout is as it was before: on its way, or with the partner. */
export const stepBack = (payout: Payout, action: 'settle' | 'return', at: Instant): PayoutStep =>
  action === 'settle'
    ? { action: 'bounce', at, payout: { ...payout, state: movePayout(payout.state, 'bounce'), settledAt: undefined } }
    : {
        action: 'unreturn',
        at,
        payout: { ...payout, state: movePayout(payout.state, 'unreturn'), endedAt: undefined, reason: undefined },
      };

/** From clearing to the bank, or back; by way of suspense, where the line stood there. */
const PURPOSES: Readonly<Record<'settle' | 'return' | 'reject', readonly [readonly Purpose[], readonly Purpose[]]>> = {
  settle: [['settle'], ['clear_out']],
  return: [
    ['return', 'restore'],
    ['clear_in', 'restore'],
  ],
  reject: [['restore'], ['restore']],
};

type About = Pick<Match, 'id' | 'programId' | 'action' | 'fromSuspense' | 'difference'>;

/** What a match brings to zero: the clearing of its payouts, and of suspense what its lines put there. */
export const matchFacts = (match: About, steps: readonly PayoutStep[], at: Instant): readonly MoneyFact[] => {
  const { action, fromSuspense } = match;
  if (action === 'offset' || action === 'confirm') return [];
  const purposes = PURPOSES[action][fromSuspense ? 1 : 0];
  const ofPayouts = steps.flatMap((step) =>
    purposes.flatMap((purpose) => payoutFacts(step.payout, purpose, step.at, { nth: match.id })),
  );
  const currency = steps[0]?.payout.amount.currency ?? match.difference.currency;
  return [...ofPayouts, ...differenceFacts(match, currency, at)];
};

/**
 * What a line confirms is on the bank's account already. What the line put into suspense leaves it the way it came, and
 * what is off is the bank's.
 */
export const confirmationFacts = (match: About, line: Line, currencies: Currencies): readonly MoneyFact[] => {
  const at = line.bookedAt;
  const { difference, fromSuspense } = match;
  const parked = { ...parkFact(currencies, line), occurredAt: at, nth: match.id, mirrored: true };
  const fee = line.direction === 'debit' ? difference : difference.negated();
  return [...(fromSuspense ? [parked] : []), ...feeFacts(match, currencies.currency, fee, at)];
};

/** What the bank took more, or gave back less, is its fee; the other way round, it gave up some. */
const differenceFacts = (match: About, currency: string, at: Instant): readonly MoneyFact[] => {
  const isSettled = match.action === 'settle';
  const fee = isSettled ? match.difference : match.difference.negated();
  const facts = feeFacts(match, currency, fee, at);
  if (!match.fromSuspense) return facts;
  const mirrored = isSettled === fee.isNegative ? undefined : true;
  return [
    ...facts,
    ...facts.map((fact) => ({ ...fact, purpose: isSettled ? 'park_out' : 'park_in', mirrored }) as const),
  ];
};

const feeFacts = ({ id, programId }: About, currency: string, fee: Money, at: Instant): readonly MoneyFact[] => {
  if (fee.isZero) return [];
  const about = aboutMoney({ programId, currency }, fee.isNegative ? fee.negated() : fee);
  const mirrored = fee.isNegative && { mirrored: true };
  return [{ ...about, purpose: 'fee', occurredAt: at, subject: id, nth: 'difference', ...mirrored }];
};

/** The same the other way round. What was given back to the partner is taken as it was when it was sent. */
export const undoFacts = (facts: readonly MoneyFact[], at: Instant): readonly MoneyFact[] =>
  facts.map((fact) => {
    const again = SENT_AGAIN[fact.purpose];
    return again === undefined
      ? { ...fact, occurredAt: at, mirrored: fact.mirrored !== true }
      : { ...fact, purpose: again, occurredAt: at };
  });

const SENT_AGAIN: Partial<Readonly<Record<Purpose, Purpose>>> = { restore: 'submit', restore_tax: 'withhold' };

/** A line of nobody's payout: ours to earn or to bear. What it put into suspense leaves it again. */
export const writeOffFacts = (
  currencies: Currencies,
  line: Line,
  as: 'book_fee' | 'book_income' | 'book_loss',
  at: Instant,
): readonly MoneyFact[] => {
  const about = { ...aboutMoney(currencies, line.amount), occurredAt: at, subject: line.id, nth: `as ${line.round}` };
  if (as !== 'book_fee') return [{ ...about, purpose: as === 'book_income' ? 'suspense_income' : 'suspense_loss' }];
  const isDebit = line.direction === 'debit';
  return [
    { ...about, purpose: isDebit ? 'park_out' : 'park_in', mirrored: true },
    { ...about, purpose: 'fee', ...(!isDebit && { mirrored: true }) },
  ];
};
