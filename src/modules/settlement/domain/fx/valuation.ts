/** What is held of a currency, held against what it would bring now. */
import type { Month } from '../../../../shared/calendar.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, plusMs } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { MoneyFact } from '../books/booking.ts';
import { converted, type UsedRate } from './exchange.ts';
import type { Holding } from './position.ts';

/** What is held of one currency by a program. */
export interface Position extends Holding {
  readonly programId: Id<'prg'>;
  readonly currency: string;
  /** All that ever came of it, in the currency of the books. */
  readonly realised: bigint;
}

/** Of an open position, at the end of a period, by the rate it closed with. */
export interface Valuation extends Holding {
  readonly programId: Id<'prg'>;
  readonly period: Month;
  readonly currency: string;
  readonly market: bigint;
  readonly rate: UsedRate;
  readonly valuedAt: Instant;
}

export const marketOf = ({ quantity }: Holding, rate: UsedRate): bigint =>
  converted(Money.of(quantity, rate.from), rate).minor;

/**
 * The last thing that happens in a period, and the first in the next, the other way round: what is not realised shows in
 * the period's result, and the position goes on at cost.
 */
export const valuationFacts = (valuation: Valuation, currency: string, until: Instant): readonly MoneyFact[] => {
  const { programId, period, market, cost, currency: foreign } = valuation;
  const unrealised = market - cost;
  if (unrealised === 0n) return [];
  const fact: MoneyFact = {
    programId,
    purpose: unrealised > 0n ? 'fx_unrealised_gain' : 'fx_unrealised_loss',
    amount: Money.of(unrealised > 0n ? unrealised : -unrealised, currency),
    counter: Money.zero(foreign), // it moves none; this says of which currency it is
    occurredAt: plusMs(until, -1),
    subject: `${programId} ${period} ${foreign}`,
  };
  return [fact, { ...fact, occurredAt: until, mirrored: true }];
};
