import { AppError, type Fault } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import type { Money } from '../../../../shared/money.ts';
import type { Books, MoneyFact } from '../books/booking.ts';
import { mustBeAnother } from '../proposals/proposal.ts';

export type TradeId = Id<'fxt'>;

/**
 *   proposed ──approve──▶ booked ──take_back──▶ taken_back
 *      └─────decline────▶ declined
 *
 * A trade up to the program's limit is booked at once; for more it takes somebody else. One that the bank never made is
 * taken back.
 */
export const tradeLifecycle = {
  proposed: { approve: 'booked', decline: 'declined' },
  booked: { take_back: 'taken_back' },
  declined: {},
  taken_back: {},
} as const satisfies Lifecycle;

export type TradeState = keyof typeof tradeLifecycle;
/** What people decide; what the bank never made is taken back by a fix. */
export type TradeAction = Exclude<ActionOf<typeof tradeLifecycle>, 'take_back'>;

/** Money that a bank changed for us, from one of our accounts to another. */
export interface Trade {
  readonly id: TradeId;
  readonly programId: Id<'prg'>;
  /** The bank's own word for it. */
  readonly reference: string;
  readonly sold: Money;
  readonly bought: Money;
  readonly tradedAt: Instant;
  readonly state: TradeState;
  readonly madeBy: string;
  readonly madeAt: Instant;
  readonly decidedBy?: string | undefined;
  readonly decidedAt?: Instant | undefined;
}

/** Throws `settlement.trade_refused` with a fault for each field that cannot be. */
export const mustBeTrade = (
  { sold, bought, tradedAt, madeAt }: Pick<Trade, 'sold' | 'bought' | 'tradedAt' | 'madeAt'>,
  { currency }: Pick<Books, 'currency'>,
): void => {
  const own = [sold, bought].filter((money) => money.currency === currency).length;
  const faults = [
    ...(own === 1 ? [] : [fault('/bought/currency', `one of the two must be ${currency}, the currency of the books`)]),
    ...[
      sold.minor > 0n ? [] : [fault('/sold/minor', MORE)],
      bought.minor > 0n ? [] : [fault('/bought/minor', MORE)],
    ].flat(),
    ...(tradedAt > madeAt ? [fault('/tradedAt', 'must not be in the future')] : []),
  ];
  if (faults.length === 0) return;
  throw new AppError('refused', 'settlement.trade_refused', 'this trade cannot be booked; see errors', { faults });
};

const MORE = 'must be more than nothing';
const fault = (pointer: string, detail: string): Fault => ({ pointer, code: 'settlement.trade_refused', detail });

/** What it is worth in the currency of the books. */
export const worthOf = ({ sold, bought }: Pick<Trade, 'sold' | 'bought'>, { currency }: Pick<Books, 'currency'>) =>
  sold.currency === currency ? sold : bought;

/** Another person than who told of it. Throws `settlement.illegal_move`, `settlement.four_eyes`. */
export const decidedTrade = (trade: Trade, action: TradeAction, by: string, at: Instant): Trade => {
  const state = moved('settlement', tradeLifecycle, trade.state, action);
  if (action === 'approve') mustBeAnother(by, trade.madeBy, 'you have told of it; somebody else has to agree');
  return { ...trade, state, decidedBy: by, decidedAt: at };
};

/** Throws `settlement.illegal_move`. */
export const takenBackTrade = (trade: Trade): Trade => ({
  ...trade,
  state: moved('settlement', tradeLifecycle, trade.state, 'take_back'),
});

export const tradeFact = (trade: Trade, books: Pick<Books, 'currency'>): MoneyFact => {
  const { id, programId, sold, bought, tradedAt } = trade;
  const buys = sold.currency === books.currency;
  const counter = buys ? bought : sold;
  return {
    programId,
    purpose: buys ? 'fx_buy' : 'fx_sell',
    amount: worthOf(trade, books),
    counter,
    occurredAt: tradedAt,
    subject: id,
    pots: { bank: counter.currency },
  };
};
