/** What of a payout leaves the house, and what is booked when it does. */
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { Rate } from '../../../../shared/rate.ts';
import type { MoneyFact, Pots } from '../books/booking.ts';
import type { Purpose } from '../books/purpose.ts';
import { exchanged, type Quote } from '../fx/exchange.ts';
import type { Payout, Withholding } from './payout.ts';

/** Half a minor unit is withheld. */
const withheldOf = (amount: Money, { jurisdiction, percent, reason }: Omit<Withholding, 'minor'>): Withholding => ({
  jurisdiction,
  percent,
  reason,
  minor: amount.times(Rate.percent(percent)).minor,
});

/** What is the partner's of the amount, in the currency of the books. */
export const netOf = ({ amount, withholding }: Pick<Payout, 'amount' | 'withholding'>): Money =>
  withholding === undefined ? amount : Money.of(amount.minor - withholding.minor, amount.currency);

/** What leaves the house, and what a bank or a rail tells of. */
export const leavingOf = (payout: Pick<Payout, 'amount' | 'withholding' | 'exchange'>): Money =>
  payout.exchange?.counter ?? netOf(payout);

/** What a payout is sent by. */
export interface Price {
  readonly withhold?: Omit<Withholding, 'minor'> | undefined;
  readonly quote?: Quote | undefined;
}

/** As it is sent: what is withheld of it, and what the rest is exchanged into, at once and for good. */
export const priced = (payout: Payout, { withhold, quote }: Price, at: Instant): Payout => {
  const withholding = withhold && withheldOf(payout.amount, withhold);
  const net = { ...payout, ...(withholding && withholding.minor > 0n && { withholding }) };
  return quote === undefined ? net : { ...net, exchange: exchanged(netOf(net), quote, at) };
};

type Way = Pick<MoneyFact, 'nth'> & { readonly bank?: string | undefined };

/** One booking of what leaves, or comes back. What else follows from it is in `payoutFacts`. */
export const payoutFact = (payout: Payout, purpose: Purpose, at: Instant, { nth, bank }: Way = {}): MoneyFact => {
  const { id, programId, partnerId, exchange } = payout;
  const crosses = purpose === 'submit' || purpose === 'restore';
  return {
    programId,
    partnerId,
    purpose,
    amount: netOf(payout),
    occurredAt: at,
    payoutId: id,
    ...(exchange !== undefined && { counter: exchange.counter }),
    ...(exchange !== undefined && crosses && !exchange.spread.isZero && { spread: exchange.spread }),
    ...(nth !== undefined && { nth }),
    ...potsOf(payout, bank),
  };
};

/** With what is withheld when it is sent, and given back when it is not. */
export const payoutFacts = (payout: Payout, purpose: Purpose, at: Instant, way: Way = {}): readonly MoneyFact[] => {
  const fact = payoutFact(payout, purpose, at, way);
  const { withholding, amount } = payout;
  const beside = BESIDE[purpose];
  if (withholding === undefined || beside === undefined) return [fact];
  const { programId, partnerId, payoutId, occurredAt, nth } = fact;
  const withheld = Money.of(withholding.minor, amount.currency);
  const about = { programId, partnerId, payoutId, occurredAt, ...(nth !== undefined && { nth }) };
  return [fact, { ...about, purpose: beside, amount: withheld, pots: { tax: withholding.jurisdiction } }];
};

const BESIDE: Partial<Readonly<Record<Purpose, Purpose>>> = { submit: 'withhold', restore: 'restore_tax' };

/** Money in another currency than the books' has accounts of its own. */
const potsOf = ({ batchId, clearedByBatch, exchange }: Payout, bank: string | undefined): { readonly pots?: Pots } => {
  const currency = exchange?.counter.currency;
  const account = [bank, currency].filter((part) => part !== undefined).join(':');
  const pots: Pots = {
    ...(clearedByBatch && { clearing: batchId }),
    ...(account !== '' && { bank: account }),
    ...(currency !== undefined && { suspense: currency }),
  };
  return Object.keys(pots).length === 0 ? {} : { pots };
};
