import { Money } from '../../../../shared/money.ts';
import { divide } from '../../../../shared/rate.ts';
import { exchangeOf } from '../books/chart-of-accounts.ts';
import { bookingId, type MoneyFact } from '../books/booking.ts';

/**
 * What the house holds of a currency, and what that has cost in the currency of the books. Less than nothing is held
 * while more was sent than was bought: then the cost is what it was sent for.
 */
export interface Holding {
  readonly quantity: bigint;
  readonly cost: bigint;
}

export const NOTHING_HELD: Holding = { quantity: 0n, cost: 0n };

export interface AfterFlow {
  readonly holding: Holding;
  /** What came of giving away what was held, or of making up for what was missing; negative: a loss. */
  readonly realised: bigint;
}

/**
 * By average cost: what makes a holding larger brings its own cost, what makes it smaller takes its share of the cost,
 * and the difference is the result. What turns it round closes it first and opens the other side with the rest. So cost
 * after is cost before, what the movement cost and the result; and of nothing held the cost is nothing.
 */
export const afterFlow = ({ quantity, cost }: Holding, by: Holding): AfterFlow => {
  const grows = quantity * by.quantity >= 0n;
  if (grows) return { holding: { quantity: quantity + by.quantity, cost: cost + by.cost }, realised: 0n };
  const closed = least(size(quantity), size(by.quantity));
  const given = divide(cost * closed, size(quantity), 'half_up');
  const received = divide(by.cost * closed, size(by.quantity), 'half_up');
  const realised = -received - given;
  return { holding: { quantity: quantity + by.quantity, cost: cost + by.cost + realised }, realised };
};

const size = (n: bigint): bigint => (n < 0n ? -n : n);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** What a fact does to the holding of a currency. */
export interface Flow {
  readonly currency: string;
  readonly by: Holding;
}

/** The position's accounts are the other side of what is held: what was sent for partners is debited there. */
export const flowOf = (fact: MoneyFact): Flow | undefined => {
  const exchange = fact.counter === undefined ? undefined : exchangeOf(fact);
  if (exchange === undefined) return undefined;
  const { foreign, home } = exchange;
  return { currency: foreign.currency, by: { quantity: -foreign.minor, cost: home.minor } };
};

/** What came of a flow, booked with it; nothing where nothing came of it. */
export const resultFacts = (fact: MoneyFact, currency: string, realised: bigint): readonly MoneyFact[] => {
  if (realised === 0n) return [];
  const { programId, occurredAt, amount } = fact;
  return [
    {
      programId,
      purpose: realised > 0n ? 'fx_gain' : 'fx_loss',
      amount: Money.of(realised > 0n ? realised : -realised, amount.currency),
      counter: Money.zero(currency), // it moves none; this says of which currency it is
      occurredAt,
      subject: bookingId(fact),
    },
  ];
};
